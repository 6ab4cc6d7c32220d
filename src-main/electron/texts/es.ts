/** Spanish. Informal; macOS and Windows words where the system has them. */
import type { DesktopPack } from './packs.ts';

export const pack: DesktopPack = {
  desktop: {
    menu: {
      file: '&Archivo',
      edit: '&Edición',
      view: '&Ver',
      window: 'Ve&ntana',
      help: 'A&yuda',
      about: 'Acerca de Video Inbox',
      copyCallbackUrl: 'Copiar URL de callback',
      settings: 'Ajustes…',
      showDataFolder: 'Mostrar carpeta de datos',
      showLogs: 'Mostrar registros',
      launchAtLogin: 'Abrir al iniciar sesión',
      closeToTray: 'Seguir en marcha al cerrar la ventana',
      checkForUpdates: 'Buscar versiones nuevas',
      website: 'Video Inbox en la web',
      closeWindow: 'Cerrar ventana',
      minimise: 'Minimizar',
      resetZoom: 'Tamaño real',
      zoomIn: 'Acercar',
      zoomOut: 'Alejar',
      fullScreen: 'Pantalla completa',
      quit: 'Salir de Video Inbox',
    },
    tray: {
      open: 'Abrir Video Inbox',
      recent: 'Vídeos recientes',
      noRecent: 'Aún no hay vídeos',
      pauseDownloads: 'Pausar descargas',
      storage: {
        ok: '',
        full: 'El disco está lleno: no se guarda nada nuevo',
        gone: 'Falta la biblioteca: no se guarda nada nuevo',
        slow: 'El disco va muy lento',
      },
      shelf: 'El almacén S3 no se puede usar: los vídeos esperan aquí',
      tooltip: (unseen) =>
        unseen === 0 ? 'Video Inbox' : `Video Inbox: ${unseen} ${unseen === 1 ? 'nuevo' : 'nuevos'}`,
      status: ({ kind, state }) => {
        if (kind === 'none') return 'Accesible solo desde esta máquina';
        switch (state) {
          case 'online':
            return 'La URL de callback es accesible';
          case 'connecting':
            return 'Conectando la URL de callback';
          case 'degraded':
            return 'La URL de callback es inestable';
          case 'blocked':
            return 'La URL de callback te necesita';
          case 'offline':
            return 'La URL de callback no es accesible';
        }
      },
    },
    commandLine: {
      noDisplay:
        'Este programa no puede ejecutar comandos sin pantalla. En una máquina sin ella, el paquete que «npm pack» crea de sus fuentes hace lo mismo solo con Node.',
    },
    contextMenu: {
      undo: 'Deshacer',
      redo: 'Rehacer',
      cut: 'Cortar',
      copy: 'Copiar',
      paste: 'Pegar',
      selectAll: 'Seleccionar todo',
      open: 'Abrir',
      openFile: 'Abrir con otro programa',
      showInFolder: 'Mostrar en la carpeta',
      copyFile: 'Copiar archivo',
    },
    background: {
      title: 'Video Inbox sigue en marcha',
      inTray:
        'Se queda en la bandeja del sistema y sigue aceptando callbacks. Ciérralo desde ahí, o cámbialo en el menú Archivo.',
      minimised:
        'Este escritorio no muestra bandeja, así que la ventana se minimiza y Video Inbox sigue aceptando callbacks. Ciérralo con Ctrl+Q, o cámbialo en el menú Archivo.',
    },
    badge: (unseen) => `${unseen} sin ver`,
    failures: {
      title: 'Video Inbox no pudo arrancar',
      crashed: 'Video Inbox se ha detenido',
      startedAgain: 'Video Inbox se detuvo y ha vuelto a arrancar',
      startedAgainBody: (logFile) =>
        `Video Inbox tuvo un error propio y ha vuelto a arrancar. Todo callback respondido está en el disco; puede faltar uno que llegó entretanto, y se pregunta por lo que se espera.${logFile === null ? '' : ` Lo que pasó está en ${logFile}.`}`,
      notInUse: 'Hay ajustes o claves que no están en uso',
      notTakenOver:
        'Las claves que están sin cifrar no se pudieron pasar al llavero. Funcionan; el próximo arranque lo reintenta.',
      pageBroken: 'Esta ventana falló varias veces seguidas',
      pageBrokenBody: 'La bandeja sigue: acepta callbacks y guarda vídeos. No se pierde nada.',
      pageReload: 'Cargarla de nuevo',
      pageStuck: 'Esta ventana no responde',
      pageWait: 'Esperar',
      notOpened: 'El sistema no pudo abrir esto',
      notOpenedBody: (place, reason) => `Ábrelo tú: ${place} (${reason})`,
    },
    attached: {
      title: 'Video Inbox (funciona como «serve», también sin esta ventana)',
      ended: 'La bandeja que mostraba esta ventana ha terminado',
      endedBody:
        'Tus vídeos están en el disco, y no se acepta ningún callback hasta que vuelva a funcionar. Iníciala aquí o inicia de nuevo «video-inbox serve».',
      startHere: 'Iniciarla aquí',
    },
    secrets: {
      basicText:
        'Este sistema no ofrece llavero, así que las claves se guardan con una contraseña fija que cualquier programa de este usuario puede deshacer.',
    },
    move: {
      title: 'Elige adónde va la biblioteca',
      button: 'Mover aquí',
      folderName: 'Biblioteca de Video Inbox',
      failed: 'La biblioteca no se movió',
    },
    saving: {
      title: 'Guardar como',
      failed: 'El archivo no se guardó',
      failedBody: (file) =>
        `No se pudo escribir ${file} hasta el final, y se quitó lo que había de él. Libera espacio ahí o elige otra carpeta y guárdalo de nuevo; tu biblioteca sigue como estaba.`,
      done: 'Guardado',
    },
    updates: {
      title: 'Hay una versión nueva lista',
      body: (version) => `Video Inbox ${version} se usará a partir del próximo arranque.`,
    },
  },
};
