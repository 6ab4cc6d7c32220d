/** Spanish. Informal; commands, flags and values stay as they are typed. */
import { amounts } from '../../common/texts/amounts.ts';
import { help } from './help/es.ts';
import type { TerminalPack } from './packs.ts';

const { count, number } = amounts('es');

export const pack: TerminalPack = {
  help,
  terminal: {
    counts: {
      tasks: (n) => count(n, { one: '# tarea', other: '# tareas' }),
      videos: (n) => count(n, { one: '# vídeo', other: '# vídeos' }),
      savedVideos: (n) => count(n, { one: '# vídeo guardado', other: '# vídeos guardados' }),
      callbacks: (n) => count(n, { one: '# callback', other: '# callbacks' }),
      bodies: (n) => count(n, { one: '# cuerpo guardado', other: '# cuerpos guardados' }),
      events: (n) => count(n, { one: '# evento', other: '# eventos' }),
      files: (n) => count(n, { one: '# archivo', other: '# archivos' }),
      films: (n) => count(n, { one: '# vídeo', other: '# vídeos' }),
    },
    note: (sentence) => `Nota: ${sentence}`,
    none: 'nada',
    states: { processing: 'en curso', succeeded: 'terminada', failed: 'fallida', unknown: 'sin aclarar' },
    videoStates: {
      queued: 'en cola',
      downloading: 'descargando',
      saved: 'guardado',
      failed: 'fallido',
      expired: 'caducado',
    },
    trust: { signed: 'firmado', unsigned: 'sin firma', confirmed: 'confirmado', conflicting: 'en conflicto' },
    unknownProvider: 'Proveedor desconocido',
    apiKey: {
      made: (id) => `Esta es la clave ${id}. No se mostrará de nuevo; «video-inbox api-key revoke ${id}» la anula.`,
      nothing: 'Aún no hay claves.',
      revoked: (id) => `La clave ${id} ya no se acepta.`,
    },
    doctor: {
      checked: (tasks, videos) => `Comprobado: ${tasks} y ${videos}.`,
      mended: (problem) => `Arreglado: ${problem}`,
      found: (problem) => `Encontrado: ${problem}`,
      allWell: 'Todo está bien.',
      needsYou: 'Algunas cosas te necesitan; mira arriba.',
      takeOver: '¿Aplicar estos cambios?',
      reread: (bodies, changes, applied) =>
        `Se leyó de nuevo ${bodies}: ${number(changes)} se leen mejor ahora${applied ? ' y se aplicaron' : ''}.`,
      more: (n) => `… y ${number(n)} más`,
    },
    exported: {
      titleNotUsed:
        '--title es el título de lo que hacen --client y --markers; no se dio ninguno de los dos, así que no se usa.',
      lacking: (ids) => `No se copiaron, porque aún no hay ningún vídeo suyo en el disco: ${ids}`,
      nothing:
        'Ninguna de estas tiene ya un vídeo en el disco, así que no se copió nada. «video-inbox show TASK_ID» dice cómo está cada una.',
    },
    imported: {
      nothing:
        'Ahí no hay ningún vídeo: de las carpetas se toman archivos .mp4, .mov, .webm y similares; nombra tú cualquier otro archivo.',
      done: (imported, present, failed) =>
        [
          `Importado: ${imported}`,
          ...(present > 0 ? [`${number(present)} ya en la biblioteca`] : []),
          ...(failed > 0 ? [`${number(failed)} no aceptadas, mira arriba`] : []),
        ].join('; ') + '.',
    },
    replay: {
      same: 'El lector actual dice lo mismo.',
      otherwise: 'El lector actual lo ve de otra forma.',
      taken: 'Aplicado.',
      notTaken: (n) => `Aún no ha cambiado nada; «video-inbox replay ${n} --take» lo aplica.`,
      answered: (status) => `respuesta ${status}`,
      notAnswered: (reason) => `sin respuesta: ${reason}`,
      sent: (answer, ms) => `Enviado: ${answer} en ${ms} ms`,
      sentSigned: (answer, ms) => `Enviado, firmado de nuevo: ${answer} en ${ms} ms`,
    },
    requests: {
      nothing: 'Aún no ha llamado nadie.',
      noneRefused: 'No se rechazó nada.',
      notKept: 'El cuerpo no se guardó.',
      isCut: '… solo se guardó el principio del cuerpo.',
    },
    sendTest: {
      film: (taskId) => `Enviado y respondido. «video-inbox wait ${taskId}» muestra el archivo cuando esté guardado.`,
      failure: (taskId) => `Enviado y respondido. «video-inbox wait ${taskId}» muestra por qué falló.`,
      noLink: (taskId) =>
        `Enviado y respondido. Los callbacks de este proveedor no traen enlace, así que de una muestra no se guarda nada. «video-inbox wait ${taskId}» dice qué necesita uno real.`,
    },
    serve: {
      open: 'Video Inbox está abierto.',
      gallery: 'Galería',
      callbackUrl: 'URL callback',
      twins: 'Gemelas',
      library: 'Biblioteca',
      stop: 'Ciérralo con Ctrl+C.',
      reachable: (url) => `Los proveedores pueden llegar a la URL de callback: ${url}`,
      makeReachable: '«video-inbox tunnel set-token» o --public-url la hacen accesible para los proveedores.',
    },
    settings: {
      stored: (name) => `${name} está guardado y en uso.`,
      backToUsual: (name) => `${name} vuelve a su valor habitual.`,
      storedForLater: (name) => `${name} está guardado; la bandeja lo usa cuando arranca.`,
      notUsual: (usual) => `lo habitual: ${usual}`,
      fromEnvironment: 'entorno',
      proxy: 'Proxy para todo lo que sale, salvo ngrok',
    },
    show: {
      task: 'Tarea',
      provider: 'Proveedor',
      state: 'Estado',
      message: 'Mensaje',
      prompt: 'Prompt',
      source: 'Origen',
      received: 'Recibido',
      callbacks: 'Callbacks',
      video: (n) => `Vídeo ${n}`,
      attempt: (n, of, reason) => `intento ${n}${of === null ? '' : ` de ${of}`}: ${reason}`,
      next: (time) => `próximo intento ${time}`,
    },
    status: {
      runs: (pid, dataDir) => `Video Inbox corre con pid ${pid} en ${dataDir}`,
      labels: {
        tasks: 'Tareas',
        videos: 'Vídeos',
        waiting: 'En espera',
        disk: 'Disco',
        gallery: 'Galería',
        callback: 'Callback',
        trouble: 'Problema',
        refused: 'Rechazos',
        machines: 'Máquinas',
      },
      tasks: (total, succeeded, failed, processing, unknown) =>
        `${total} (logradas: ${succeeded}, fallidas: ${failed}, en curso: ${processing}, sin aclarar: ${unknown})`,
      videos: (saved, waiting, failed, expired) =>
        `guardados: ${saved}, en camino: ${waiting}, fallidos: ${failed}, caducados: ${expired}`,
      watch: (tasks, overdue) => `${tasks}, ${overdue} con retraso`,
      nobodyAsked: 'ahora no se pregunta a nadie',
      nextAsk: (at) => `próxima consulta ${at}`,
      free: (size) => `${size} libres`,
      trouble: (since, message) => `desde ${since}: ${message}`,
      refused: (callbacks, status, message) => `${callbacks} hoy, el último con ${status}: ${message}`,
      showRefused: '«video-inbox requests --refused» los muestra',
      thisOne: ' (esta)',
      toBeSent: (roles, waiting) => `${roles}; ${waiting} por enviar`,
      noRoomFor: { downloads: 'sin sitio para vídeos', callbacks: 'su disco está lleno' },
      olderBuild: 'versión más antigua',
      awaySince: (time) => `ausente desde ${time}`,
      reachability: {
        online: 'accesible',
        degraded: 'conectado, pero una prueba no llegó',
        connecting: 'conectando',
        blocked: 'inaccesible, te necesita',
        offline: 'inaccesible desde fuera',
      },
    },
    list: {
      nothing: 'Aún no hay nada aquí.',
      noMatch: 'Nada en la biblioteca coincide.',
      leaveOut: 'Quita una palabra o una condición, o míralo todo con «video-inbox list».',
      notACondition: (term, like) =>
        `«${term}» no es una condición, así que se buscó tal cual. Condiciones parecidas: ${like}.`,
      didYouMean: (query, count) => `¿Querías decir: ${query} (${count})?`,
    },
    onlyNewest: (shown) => `Solo se muestran los ${shown} más recientes; --limit N muestra más.`,
    tagged: (tasks) => `Cambiado: ${tasks}.`,
    tunnel: {
      ask: 'Pega tu authtoken de ngrok y pulsa Intro; no se muestra.',
      savedForLater: 'Guardado. El túnel se conecta cuando arranca la bandeja.',
      savedOther: 'Guardado, pero la bandeja en marcha se arrancó con otro --tunnel o --public-url, que mantiene.',
      saved:
        'Guardado. El túnel se está conectando; «video-inbox status» dice cuándo se puede llegar a la URL de callback.',
    },
    url: {
      loopback:
        'esta es la dirección de loopback. Los proveedores no llegan a ella; configura un túnel para tener una pública.',
      loopbackOnly: 'esta es la dirección de loopback. Los proveedores no llegan a ella.',
    },
    wait: {
      notCome: (id) => `Se acabó el tiempo: aún no ha llegado ningún callback para «${id}».`,
      notFinished: (id) => `Se acabó el tiempo: «${id}» aún no ha terminado. Sigue en la bandeja.`,
      inboxGone: (id) => `Se acabó el tiempo: «${id}» no había terminado y la bandeja ya no está en marcha.`,
      failed: 'El proveedor dice que falló, sin motivo.',
      notDownloaded: 'No se pudo descargar un vídeo.',
      needsKey:
        'La tarea salió bien, pero su vídeo solo se obtiene con la clave de API del proveedor. Pon la clave y se descarga por sí solo.',
      noVideo: 'La tarea salió bien, pero nada nombra un vídeo: no hay nada que guardar.',
    },
  },
};
