import type { Translated } from '../../../common/texts/language.ts';
import type { helpTexts } from './en.ts';

export const help: Translated<typeof helpTexts> = {
  title: (version) => `Video Inbox ${version}: una URL de callback y una biblioteca sin conexión para vídeos de IA`,
  allTake: (flag, variable) => `Todos los comandos aceptan ${flag} (o ${variable}).`,
  serveTakes: (example) => `serve acepta lo siguiente, también como variable de entorno (${example} …):`,
  secrets: 'Los secretos vienen del entorno o de los ajustes, nunca de una opción:',
  askingKeys: 'claves para preguntar y encargar',
  signingSecrets: 'secretos de firma',
  commands: {
    serve: 'pone en marcha la bandeja; dice dónde abrir la galería en el navegador',
    url: 'muestra la URL de callback de la bandeja en marcha',
    status: 'qué hay, qué está en camino, si se llega a la URL',
    list: 'las tareas, las más nuevas primero',
    show: 'una tarea, entera',
    wait: 'muestra las rutas cuando sus vídeos están guardados (código de salida 2: falló, 3: se acabó el tiempo)',
    requests: 'qué llegó a la URL de callback y cómo se respondió',
    requestsShow: 'una de ellas, entera; como comando de curl; solo su cuerpo',
    replay:
      'la vuelve a leer con el lector actual y dice la diferencia (--take: la adopta), o la envía a otra dirección',
    submit:
      'encarga un vídeo; muestra el id de su tarea (código de salida 2: rechazado, 4: no se sabe si se hizo; un segundo encargo con el mismo ID no se envía)',
    tag: 'pone etiquetas a las tareas o las quita',
    import: 'incorpora a la biblioteca vídeos del disco (archivos, carpetas)',
    export:
      'copia los vídeos guardados con nombres legibles; --metadata escribe lo que se sabe de cada uno en él y en un JSON al lado, --markers las marcas de las notas en un EDL y una tabla',
    exportClient: 'lo mismo como página para un cliente, sin prompts',
    watch: 'hace que la bandeja espere una tarea hecha en otro lugar',
    ask: 'pregunta ahora al proveedor por ella',
    sendTest: 'envía un callback de muestra a la propia URL de la bandeja',
    doctor:
      'compara la biblioteca con el disco y repara el índice (--reread: los cuerpos guardados por el lector actual; primero se dice, luego se adopta; --diagnostics: lo que pegar en un informe, sin direcciones, claves ni prompts)',
    storeMove: 'lleva todos los vídeos a un almacén en S3, o de vuelta',
    secret: 'claves y secretos de firma, por la entrada estándar; nunca se muestran',
    settings: 'límites de lo que puede llegar y descargarse, y el proxy',
    apiKey: 'claves para scripts y agentes; una nueva se muestra una sola vez',
    mcp: 'la bandeja como herramientas para agentes, por entrada y salida estándar',
    tunnelSetToken: 'guarda tu authtoken de ngrok, leído de NGROK_AUTHTOKEN o de la entrada estándar, y usa el túnel',
  },
  flags: {
    callbackPort: 'puerto que recibe los callbacks; 0 = cualquiera libre',
    localPort: 'puerto de la galería; 0 = cualquiera libre',
    tunnel: 'cómo se hace pública la URL de callback',
    publicUrl: 'su propio proxy delante del puerto de callbacks',
    allowHost: 'un host privado o host:port al que pueden llegar las descargas; repetible',
    apiBase: 'otra dirección de la API de un proveedor; repetible (kie=… para todo kie.ai)',
    kieApiBase: 'lo mismo para kie.ai',
    askAfter: 'pregunta por primera vez por una tarea callada tras este tiempo (por defecto: lo usual de su modelo)',
    askEvery: 'después pregunta cada tanto (por defecto: 30)',
    requireSignature: 'qué callbacks deben venir firmados',
    syncPort: 'responde a gemelos: otros equipos suyos que leen a la par (apagado por defecto)',
    syncHost: 'la dirección para eso; por defecto 127.0.0.1',
    syncCert: 'su propio certificado para eso; si no, ponga su propio proxy delante',
    twin: 'ser una copia de esa bandeja (su dirección de sincronización); necesita biblioteca propia',
    twinMedia: 'cuáles de sus vídeos se traen solos; por defecto todos',
    role: (variable, roles) =>
      `para equipos que comparten un registro (${variable}): qué hace este (${roles}), su nombre, cuándo se responde a un callback`,
    json: 'la salida estándar es NDJSON; el registro va al error estándar',
    logLevel: 'cuánto cuenta el registro',
  },
};
