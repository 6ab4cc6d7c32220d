/** Spanish. Informal, as the English is; commands, flags, names of providers, keys and fields stay as they are written. */
import { isOfDisk } from '../download-trouble.ts';
import { providerName, providers } from '../providers/catalog.ts';
import { amounts, ended } from './amounts.ts';
import type { CorePack } from './core-packs.ts';
import { faultIn, isUnreached, type FaultWords } from './en-providers.ts';

const { bytes, count, kibi, mebi, megabytes, number, seconds } = amounts('es');

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';
const keepsTrying = 'Video Inbox sigue intentándolo.';
const sendAgain = 'envíalo de nuevo';
const refusing = 'se rechazan los callbacks y no se guarda nada nuevo';
const providersRetry = 'Los proveedores lo reintentan durante un tiempo';

const faults: FaultWords = {
  'no-api': 'Video Inbox no puede consultar a este proveedor; sus callbacks se aceptan igualmente.',
  'no-key': 'No hay clave para este proveedor. Ponla y todo lo que la espera seguirá por sí solo.',
  'bad-key':
    'El proveedor no acepta tu clave: es incorrecta, fue revocada o no tiene permiso para esto. Pon otra; mientras tanto no se pierde nada.',
  'no-credits': 'Se te acabaron los créditos. Recarga tu cuenta en el proveedor e inténtalo de nuevo.',
  'key-limit': 'Esta clave alcanzó su propio límite de gasto. Súbelo en el proveedor o pon otra clave.',
  'rate-limited': 'El proveedor dice que hubo demasiadas peticiones. Inténtalo de nuevo en un minuto.',
  'not-found': 'El proveedor no conoce esta tarea.',
  invalid: 'El proveedor no acepta lo que se envió.',
  moderated: 'El filtro de contenido del proveedor lo detuvo. Cambia el prompt o el origen e inténtalo de nuevo.',
  'input-unreachable':
    'El proveedor no pudo descargar el origen. Debe estar en una dirección https pública; si indicas la ruta de un archivo tuyo, se sube.',
  account:
    'Algo no está en orden en tu cuenta del proveedor, así que no acepta nada tuyo. Revisa allí la cuenta e inténtalo de nuevo.',
  'too-many-running':
    'Ya se están creando tantos vídeos tuyos como tu cuenta permite a la vez. Espera a que termine uno e inténtalo de nuevo.',
  'blocked-place':
    'Tu cuenta del proveedor solo admite ciertas direcciones, y la de este equipo no está entre ellas. Añádela allí e inténtalo de nuevo.',
  maintenance: 'El proveedor está en mantenimiento. Inténtalo más tarde.',
  server: 'Algo falló en el proveedor. Inténtalo más tarde.',
  ended: 'El proveedor abandonó esta tarea.',
  disabled: 'El proveedor ha desactivado esto.',
  timeout: 'El proveedor no respondió a tiempo.',
  network: 'La conexión con el proveedor se cortó o no la hay.',
  certificate:
    'En este equipo no se confía en el certificado de la dirección del proveedor: el reloj puede estar mal, o un proxy o antivirus lee el tráfico cifrado. NODE_EXTRA_CA_CERTS=ARCHIVO en el entorno de Video Inbox indica uno en el que confiar.',
  proxy:
    'No se pudo llegar al proxy, o no deja pasar nada, así que nada llegó al proveedor. Revisa el proxy en los ajustes de esta máquina o de Video Inbox.',
  unreadable: 'El proveedor respondió algo que no se entiende.',
  'no-address': 'Solo la respuesta al encargo dice dónde consultar esta tarea, y esta tarea se encargó en otro sitio.',
  interrupted: 'Video Inbox se cerró antes de que el proveedor respondiera.',
  stopped: 'Video Inbox se cerró antes de enviarlo.',
};
const longPause = (minutes: number): string =>
  `El proveedor dice que hubo demasiadas peticiones y pide una pausa de ${minutes < 60 ? `${String(minutes)} minutos` : 'una hora o más'}. Pídelo de nuevo después.`;
const fault = (code: string, said: string | null, pauseMinutes?: number): string => {
  const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
  return said === null ? ours : `${ours} Dijo: ${ended(said)}`;
};
const unreached = (provider: string, why: string): string =>
  `No se pudo llegar a ${providerName(provider)}, así que no se pidió ni se pagó nada. ${why} Pídelo de nuevo cuando esté resuelto.`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, fault(code, said))
    : `${providerName(provider)} rechazó el encargo y no se hizo nada. ${fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string =>
  `${why} Así acabó el encargo con este id; un encargo nuevo necesita un id propio.`;
const formats = { json: 'un mensaje JSON', xml: 'un mensaje XML', text: 'un texto' } as const;
const ids = 'data.taskId, data.task_id, taskId, task_id, request_id, data.id, id y nombres que acaban en id';

export const pack: CorePack = {
  errors: {
    broken: 'Algo falló en Video Inbox. Tus vídeos están a salvo en el disco; el registro tiene los detalles.',
  },
  access: {
    notThisServer: 'Esta dirección no es la del servidor local.',
    otherSite: 'Se rechazan las peticiones de otros sitios.',
    signIn:
      'Esta galería necesita su clave. Ábrela desde la aplicación o con la dirección que muestra «video-inbox status».',
    noCookies:
      'Este navegador no guarda ninguna cookie de esta dirección, y la galería te reconoce por una. Permite las cookies de esta dirección en los ajustes del navegador y vuelve a abrir la galería como lo hiciste.',
    scriptKey:
      'Esta clave es para scripts: no crea claves, no guarda secretos ni convierte esta bandeja en copia de otra. No se ha cambiado nada; hazlo en la galería o con un comando de video-inbox.',
    twinKey:
      'Esta clave es para copias de esta bandeja (gemelas) y aquí no abre nada. Los scripts necesitan una propia: la crea «video-inbox api-key new».',
    callTooLarge: 'La llamada es demasiado grande.',
    noArguments: 'Una llamada necesita como cuerpo una lista JSON de argumentos.',
  },
  callbacks: {
    noUrlAtAll: 'no hay ninguna URL de callback',
    labelLength: (most) => `Una URL de callback necesita un nombre de 1 a ${number(most)} caracteres.`,
    unknownProvider: (name) => `No hay ningún proveedor «${name}».`,
    noSuchUrl: 'Esa URL de callback ya no existe.',
    filmNotStored: 'El vídeo del callback no se pudo guardar; envíalo de nuevo.',
    noSuchRequest: (n) => `Ya no hay una petición ${n} en la lista.`,
    nothingToReplay: 'El lector actual tampoco encuentra una tarea en este cuerpo, así que no se cambió nada.',
    forwardTo: (given) => `«${given}» no es una dirección como http://localhost:3000/hooks/kie.`,
    unknownSample: (id, known) => `No hay callback de muestra para «${id}». Los conocidos son: ${known}.`,
    sampleUnreadable: 'no se pudo leer un callback de muestra',
    testNotArrived:
      'El callback de prueba no llegó a la bandeja, así que uno real tampoco llegaría. Revisa el túnel e inténtalo de nuevo.',
    testRefused:
      'El callback de prueba recibió un 404, así que uno real también puede ser rechazado. O bien responde otra cosa en la dirección pública, o bien tus ajustes solo dejan entregar a algunas direcciones (callbacks.allowAddresses) y la de esta máquina no es una de ellas.',
    testAnswered: (status, answer) =>
      `El callback de prueba recibió la respuesta ${status}, así que uno real también puede ser rechazado: ${answer}`,
  },
  commands: {
    unknownCall: (name) => `No hay ninguna llamada «${name}».`,
    callNotUnderstood: (name, where, problem) => `La llamada «${name}» no se entiende: ${where}: ${problem}.`,
    missing: (what) => `Falta ${what}. «video-inbox help» muestra cómo se escribe cada comando.`,
    filmGone: (file) => `${file} ya no está ahí. «video-inbox doctor» dice qué más falta.`,
    programFileMissing: (file) =>
      `Falta un archivo del propio Video Inbox (${file}), así que este comando no puede ejecutarse. Tus vídeos siguen intactos. Instala Video Inbox de nuevo; en una copia del código, ejecuta «npm run build».`,
    outputLost: (reason) => `No se pudo escribir la salida: ${reason}. Escríbela en otro lugar e inténtalo de nuevo.`,
    orderOutputLost: (reason) =>
      `No se pudo escribir el resultado del encargo: ${reason}. No lo encargues de nuevo antes de mirar: «video-inbox list» lo muestra si se encargó.`,
    madeAllTheSame: (key) =>
      `Aun así, el encargo se hizo; no lo encargues de nuevo. «video-inbox wait ${key}» espera sus vídeos.`,
    bodyCut: (n) => `De la petición ${n} solo se guardó el principio, así que no se puede leer ni enviar de nuevo.`,
    bodyNotKept: (n) => `El cuerpo de la petición ${n} no se guardó, así que no se puede leer ni enviar de nuevo.`,
    arguments: 'Los argumentos',
    surplus: (argument) => `«${argument}» es un argumento de más.`,
    notBoth: (one, other) => `--${one} y --${other} no van juntos. Quita uno de los dos.`,
    flagMustBe: (flag, meaning, given) => `--${flag} debe ser ${meaning}, no «${given}».`,
    unknownCommand: (name, known, likely) =>
      `No hay ningún comando «${name}».${likely === null ? '' : ` ¿Querías decir «${likely}»?`} Comandos conocidos: ${known}. «video-inbox help» explica cada uno.`,
    unknownApiKeyCommand: (what) => `No existe «api-key ${what}»; los conocidos son: api-key new, list, revoke ID.`,
    unknownScope: (given) => `--scope debe ser «local» o «twin», no «${given}».`,
    noLibrary: (dataDir) =>
      `Aún no hay ninguna biblioteca en ${dataDir}. «video-inbox serve» crea una ahí; --data-dir indica otro lugar.`,
    exportTaken: (file) => `${file} ya existe y se queda como está. Elige una carpeta vacía con --to.`,
    exportRefused: (folder, reason) =>
      `Las copias no se pueden escribir en ${folder}: ${reason}. Elige otra carpeta con --to.`,
    exportInside: (folder) =>
      `${folder} es un lugar de los archivos de la propia biblioteca, así que no se copió nada. Elige con --to una carpeta fuera de la biblioteca.`,
    exportWhere: 'Di adónde van las copias: --to DIR.',
    notExported: (id) => `No hay ninguna tarea «${id}» en esta biblioteca, así que no se exportó nada.`,
    unknownState: (known, given) => `--state debe ser uno de ${known}, no «${given}».`,
    searchTooLong: (most, given) =>
      `Una búsqueda tiene como mucho ${most} caracteres y esta tiene ${given}. Quita palabras.`,
    noSuchRequest: (n) => `No hay ninguna petición ${n}; «video-inbox requests» las muestra.`,
    noRequestNumber: (given) => `«${given}» no es el número de una petición; «video-inbox requests» las muestra.`,
    notInLibrary: (id) => `No hay ninguna tarea «${id}» en esta biblioteca. «video-inbox list» muestra las que hay.`,
    overBudget: (cost, budget, where) =>
      `Esto suele costar ${number(cost)} créditos, más que los ${number(budget)} de ${where}, así que no se encargó nada. Encárgalo con un ${where} mayor, o sin él.`,
    costUnknown: (where) =>
      `Aquí no se sabe cuánto cuesta esto, así que no se puede respetar ${where} y no se encargó nada. Mira el precio en el proveedor y encárgalo sin ${where}: desde su resultado se conoce el precio.`,
    paramForm: (given) => `--param debe ser NAME=JSON, como seed=7, no «${given}».`,
    tagWhat: 'Di qué cambiar: --add TAG, --remove TAG o ambos.',
    notTagged: (id) => `No hay ninguna tarea «${id}» en esta biblioteca, así que no se etiquetó nada.`,
    unknownTunnelCommand: (what) => `No existe «tunnel ${what}»; el conocido es: tunnel set-token.`,
    notHere: (key, n) =>
      `El vídeo ${n} de ${key} está guardado, pero no en este equipo. «video-inbox export ${key} --to DIR» lo trae aquí.`,
    despiteFailure: (place) => `Aun así, el proveedor nombró un vídeo, que está aquí: ${place}`,
    filmToCome: (key) =>
      `Aun así, el proveedor nombró un vídeo, que se está descargando. «video-inbox show ${key}» dice qué fue de él.`,
    draftHere: (place) => `Lo que el proveedor mostró mientras se hacía está aquí; puede ser un borrador: ${place}`,
    notKnown: (id) => `Esta bandeja no conoce ninguna tarea «${id}».`,
    linkToNothing: (place) =>
      `${place} es un enlace y aquello a lo que lleva no está, así que no se importó. Recupéralo o nombra el propio vídeo.`,
    noSuchPath: (place) => `No hay ningún archivo ni carpeta ${place}, así que no se importó nada.`,
    nameNotUtf8: (place) =>
      `El nombre de ${place} no está escrito en UTF-8, así que no se puede abrir y no se importó nada de ahí. Cámbiale el nombre e impórtalo de nuevo.`,
    notRead: (place, reason) => `${place}: ${reason}`,
    settingsUsage:
      'Di qué hacer: «settings list» o «settings set NAME VALUE» (VALUE «usual»: lo que vale si no se pone nada).',
    unknownSetting: (word, known) => `No hay ningún ajuste «${word}». Nombres conocidos: ${known}.`,
    storeUsage: 'Di adónde: video-inbox store move --to s3://bucket/folder?endpoint=…&region=…, o --to disk.',
    noShelf: 'No hay ningún almacén del que traer los vídeos. Pon en VIDEO_INBOX_STORE_URL la dirección donde están.',
    otherBytes: (name) =>
      `${name} tiene otros bytes en un lado que en el otro. Se queda donde estaba y no se ha quitado nada que no se hubiera comparado. Inténtalo de nuevo; si se repite, el disco o el servidor que guarda los vídeos está dañado.`,
    credits: 'un número de créditos',
    wholeNumber: 'un número entero de al menos 1',
    orderId: 'de 8 a 100 letras, cifras, puntos y guiones',
    seconds: 'un número de segundos',
    noSuchArgument: (name, known) =>
      `No hay ningún argumento «${name}», así que no se hizo nada. Los conocidos son: ${known === '' ? 'ninguno' : known}.`,
    argumentMissing: (name, known) =>
      `Falta el argumento «${name}», así que no se hizo nada. Los conocidos son: ${known}.`,
    argumentsUnnamed: (known) =>
      `Los argumentos deben ser un solo objeto que los nombre, así que no se hizo nada. Los conocidos son: ${known === '' ? 'ninguno' : known}.`,
    noSuchTool: (name, known) => `No hay ninguna herramienta «${name}», así que no se hizo nada. Hay: ${known}.`,
    promptTooLong: (most, total) =>
      `Un prompt admite hasta ${number(most)} caracteres y este tiene ${number(total)}. Quita algunas palabras; no se encargó nada.`,
    argumentNotUnderstood: (where, problem) => `${where}: ${problem}.`,
  },
  config: {
    flagUnknown: (flag, known) => `No hay ninguna opción ${flag}. Opciones conocidas: ${known}.`,
    flagNeedsValue: (flag) => `${flag} necesita un valor; si empieza por «-», se escribe ${flag}=…`,
    flagTakesNoValue: (flag) => `${flag} no lleva valor.`,
    dataDirEmpty: '--data-dir debe nombrar una carpeta; está vacío.',
    port: (flag, given) => `--${flag} debe ser un puerto de 0 a 65535 (0 = cualquiera libre), no «${given}».`,
    syncCert: '--sync-cert y --sync-key van juntos: un certificado y su clave, como archivos PEM.',
    syncHost: (given) => `--sync-host debe ser una dirección de esta máquina como 0.0.0.0, no «${given}».`,
    syncAlone: (flag) =>
      `--${flag} no hace nada sin --sync-port: no se abriría ningún puerto para copias. Añada --sync-port o quítelo.`,
    twinMedia: (given) => `--twin-media debe ser «all», «starred» u «opened», no «${given}».`,
    twinMaxMib: (given) => `--twin-max-mib debe ser un número de MiB, no «${given}».`,
    cacheMib: (given) =>
      `VIDEO_INBOX_CACHE_MIB debe ser un número entero de MiB (0 = no guardar nada aquí), no «${given}».`,
    seconds: (flag, given) => `--${flag} debe ser un número de segundos, no «${given}».`,
    tunnel: (given) => `--tunnel debe ser «none» o «ngrok», no «${given}».`,
    address: (flag, given) => `--${flag} debe ser una dirección como https://inbox.example.com, no «${given}».`,
    host: (flag, given) => `--${flag} debe ser un host o host:puerto como 192.168.1.5:8080, no «${given}».`,
    requireSignature: (known, given) =>
      `--require-signature debe ser «none», «all» o proveedores separados por comas (${known}), no «${given}».`,
    logLevel: (known, given) => `--log-level debe ser uno de ${known}, no «${given}».`,
    portTaken: (port, name, isForbidden, flag) =>
      `El puerto ${port} para ${name} ${isForbidden ? 'no está permitido a este usuario' : 'ya lo usa otro programa'}. Cierra ese programa o elige otro puerto con --${flag} (0 = cualquiera libre).`,
    unknownSecret: (name) => `No hay ningún secreto «${name}».`,
    secretOfEnvironment: 'Este secreto viene del entorno; cámbialo ahí y arranca de nuevo.',
    senderAddress: (given) =>
      `«${given}» no es una dirección, así que no se cambió nada. Usa direcciones como 203.0.113.9 o rangos como 203.0.113.0/24.`,
    apiBase: (given) => `--api-base debe ser PROVIDER=URL, como kie=https://…, no «${given}».`,
    apiBaseUnknown: (name, known) =>
      `No hay ningún proveedor «${name}» cuya API pueda tener otra dirección. Nombres conocidos: ${known}.`,
    apiBaseAddress: (source, given) =>
      `${source} debe nombrar una dirección como https://api.example.com, no «${given}».`,
    unknownApiKey: (id) => `No hay ninguna clave «${id}»; «video-inbox api-key list» las muestra.`,
    keysUnreadable: (file) =>
      `El archivo con tus claves (${file}) no se puede leer. Arréglalo o quítalo y arranca de nuevo; tus vídeos no se tocan.`,
    caFile: (file) => `El archivo de CA ${file} (VIDEO_INBOX_NGROK_CA_FILE) no se puede leer.`,
    storeKeys:
      'El almacén de vídeos está en S3, pero faltan sus claves. Pon AWS_ACCESS_KEY_ID y AWS_SECRET_ACCESS_KEY, o escríbelas en ~/.aws/credentials (AWS_PROFILE).',
    storeUrlProblems: {
      form: 'Debe ser como s3://bucket/folder?endpoint=https://…&region=…',
      keysInside: 'No debe llevar claves; esas vienen de AWS_ACCESS_KEY_ID y AWS_SECRET_ACCESS_KEY.',
      endpoint:
        'Su endpoint debe ser la dirección http o https de un servidor, sin nada detrás de host y puerto: https://s3.example.com:9000',
      fields: 'Detrás de su «?» puede haber endpoint=…, region=… y pathStyle=1, con «&» entre ellos, y nada más.',
      folder:
        'Su carpeta no debe llevar «..», y lo que tiene otro sentido en una dirección se escribe así: % como %25, # como %23, ? como %3F.',
    },
    storeUrl: (why) => `VIDEO_INBOX_STORE_URL no se puede usar. ${why}`,
    shelf: {
      keys: 'El servidor S3 no acepta estas claves para este bucket. Revisa AWS_ACCESS_KEY_ID y AWS_SECRET_ACCESS_KEY y lo que pueden hacer.',
      bucket: 'El servidor S3 no tiene ningún bucket con ese nombre. Revisa VIDEO_INBOX_STORE_URL.',
      region: 'El servidor S3 tiene este bucket en otra región. Revisa la región en VIDEO_INBOX_STORE_URL.',
      regionIs: (region) =>
        `El servidor S3 tiene este bucket en la región ${region}. Escribe region=${region} en VIDEO_INBOX_STORE_URL.`,
      leadsTo: (origin) =>
        `La dirección del servidor S3 remite a ${origin}. Comprueba el endpoint en VIDEO_INBOX_STORE_URL; quizá necesite https en lugar de http.`,
      expired:
        'Las claves del servidor S3 han caducado. Escribe otras nuevas en ~/.aws/credentials, donde se leen solas; o pon AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY y AWS_SESSION_TOKEN y vuelve a iniciar Video Inbox.',
      archived:
        'El servidor S3 ha llevado este vídeo a un archivo. No se ha perdido: restáuralo allí («aws s3api restore-object») y exime la carpeta de esa regla; entonces se podrá ver y copiar de nuevo.',
      tooLarge: (status, word) =>
        `El servidor S3, o un proxy delante de él, no admite peticiones de este tamaño (${String(status)} ${word}). Haz que admita 64 MiB de una vez (nginx: client_max_body_size 64m): lo que espera se envía entonces solo.`,
      full: (status, word) =>
        `El servidor S3 no tiene sitio para más (${String(status)} ${word}). Haz sitio allí o sube su límite.`,
      busy: (status, word) =>
        `El servidor S3 está ocupado o averiado (${String(status)} ${word}). Se le vuelve a preguntar solo; si dura, mira el servidor.`,
      certificate: (word) =>
        `En esta máquina no se confía en el certificado del servidor S3 (${word}). Si es tuyo, indica en NODE_EXTRA_CA_CERTS el archivo de su autoridad y vuelve a iniciar Video Inbox.`,
      plain:
        'El servidor S3 no habla https en esta dirección. Revisa el endpoint en VIDEO_INBOX_STORE_URL: http o https, y el puerto.',
      proxy: (host, errno) =>
        `No se puede llegar al servidor S3: el proxy ${host} no deja pasar nada (${errno}). Revisa el proxy en los ajustes de esta máquina o de Video Inbox, o nombra el host del servidor en NO_PROXY.`,
      clock: 'El servidor S3 se niega porque el reloj de esta máquina está mal. Ponlo en hora.',
      away: 'No se puede llegar al servidor S3 que indica VIDEO_INBOX_STORE_URL. Revisa la dirección y si el servidor funciona.',
      other: (status, word) => `El servidor S3 se niega (${String(status)} ${word}).`,
    },
    shelfTrouble: (why) =>
      `${why} Los vídeos se descargan igualmente y esperan en esta máquina hasta que los acepte; los que están allí se podrán ver de nuevo entonces.`,
  },
  desktopFailures: {
    notOnDisk: 'Este vídeo aún no está en el disco. Espéralo o usa Reintentar en su tarea.',
    onShelf: (place) =>
      `Este vídeo no está en este equipo sino en el almacén, como ${place}. Usa Descargar en su tarea para tenerlo aquí.`,
    noFile: 'Falta el archivo de este vídeo. Usa Reintentar en su tarea para descargarlo otra vez.',
    notOpened: (reason) =>
      `El sistema no pudo abrir el vídeo: ${reason}. Está a salvo en el disco; prueba con Mostrar en la carpeta.`,
    profileRefused: (profile, temporary) =>
      `Video Inbox no puede escribir en una de sus propias carpetas: ${profile} o ${temporary}. Libera espacio ahí o permite escribir, y arráncalo de nuevo. Tu biblioteca no se toca.`,
    noClipboard: 'El sistema no aceptó el archivo. Usa Mostrar en la carpeta y cópialo desde ahí.',
    keysRefused:
      'Ahora no se puede leer una clave guardada: el llavero del sistema la niega. Se conserva y se reintenta en el próximo arranque; desbloquea el llavero o escribe la clave de nuevo en los ajustes.',
    forbidden: 'Esta llamada no venía de la ventana de Video Inbox, así que se rechazó.',
    malformed: 'Esta llamada tiene una forma incorrecta, así que se rechazó. No se cambió nada.',
  },
  doctor: {
    strayFile: (file) => `${file} no pertenece a ninguna tarea. Se queda donde está; muévelo si no lo necesitas.`,
    otherLibrary: (count) =>
      `Otra biblioteca guarda también sus vídeos en esta carpeta de S3. Archivos que no pertenecen a ninguna tarea de esta biblioteca y pueden ser de aquella: ${String(count)}. Déjalos donde están. Dos que comparten carpeta pueden quitarse vídeos cuando sus tareas tienen el mismo id, así que dale a una de ellas una carpeta propia.`,
    journalLine: (file, offset, size) =>
      `No se puede leer una línea del diario (${file}, byte ${String(offset)}, ${String(size)} bytes). Los demás eventos están intactos; lo que decía esa línea se pierde salvo que el proveedor llame de nuevo.`,
    journalGap:
      'Faltan eventos del diario, como cuando se pierde un archivo suyo o se pone en su lugar una copia antigua. Lo que el índice aún sabe de ellos se conserva, así que no borres la carpeta index; una copia de seguridad de la carpeta journal lo devolvería todo.',
    indexOnly: (n) =>
      `El índice conoce ${count(n, { one: '# tarea', other: '# tareas' })} de las que el diario no dice nada. Se conservan, así que no borres la carpeta index; una copia de seguridad de la carpeta journal devolvería lo que perdió.`,
    laterVersion: (n, type, version) =>
      `${count(n, { one: '# evento', other: '# eventos' })} del tipo «${type}» (formato ${String(version)}) de una versión posterior de este programa: se conservan y se saltan. Esa versión, o una más nueva, lee lo que dicen.`,
    eventNotUnderstood: (n, type) =>
      `El evento ${String(n)} («${type}») hizo fallar el programa al crear su tarea, así que esa tarea está como antes. El registro dice más; el evento se conserva y una actualización puede leerlo de nuevo.`,
    indexPage: 'Una página del índice estaba rota. Se apartó y se rehízo a partir del diario; no se pierde nada.',
    indexUnsaved: (reason) =>
      `El índice se rehízo, pero el disco no lo aceptó (${reason}). No se pierde nada: el próximo arranque lee el diario entero. Haz sitio o revisa el disco, y ejecuta esto de nuevo.`,
    indexDiffers: (n) =>
      `El índice decía otra cosa que el diario sobre ${count(n, { one: '# tarea', other: '# tareas' })}. Se rehízo a partir del diario.`,
    missingVideo: (file) =>
      `${file} ya no está en el disco. Abre la tarea y elige «Reintentar» para descargarlo mientras viva su enlace.`,
    missingYet: (file, names) =>
      `${file} no está en el almacén. Puede ser uno de los vídeos que solo están en el disco de una máquina y van solos al almacén desde allí: ${names}. Repite esto cuando «video-inbox status» ya no nombre ninguna, y no lo descargues de nuevo antes.`,
    withheldVideo: (file, why) => `${file} no se pudo comprobar. ${why}`,
    changedVideo: (file) =>
      `${file} no es el archivo que se guardó: su tamaño o su hash difieren. Si no lo cambiaste tú, apártalo y descárgalo de nuevo.`,
  },
  downloads: {
    reasons: {
      gone: ({ host, status }) =>
        status === 404 || status === 410
          ? `${host} dice que este archivo ya no está (${status}), así que su enlace seguramente ha caducado. Si el proveedor puede crear un enlace nuevo, inténtalo con ese.`
          : `${host} dice que este enlace ha caducado (${status}). Si el proveedor puede crear un enlace nuevo, inténtalo con ese.`,
      forbidden: ({ host, status }) =>
        status === 403 || status === 406
          ? `${host} no nos deja descargar este archivo (${status}), ni siquiera pidiéndolo como un navegador. Su enlace seguramente ha caducado, o el host rechaza programas. Abre el enlace en un navegador o inténtalo con uno nuevo.`
          : `${host} no nos deja descargar este archivo (${status}). Su enlace seguramente ha caducado, o necesita una clave de API. Inténtalo con un enlace nuevo.`,
      'not-there-yet': ({ host, status }) =>
        `El archivo aún no está: ${host} ${status === null ? 'solo tiene una parte' : `responde ${status}`}. Los callbacks suelen ser más rápidos que el almacén que hay detrás; Video Inbox pregunta de nuevo por sí solo.`,
      'bad-url': () => 'El proveedor envió un enlace que no es una dirección web, así que no hay nada que descargar.',
      'inline-lost': () =>
        'El vídeo vino dentro del callback y sus bytes ya no están en la carpeta de datos. Pide al proveedor que envíe el callback de nuevo o adjunta el archivo.',
      'not-http': ({ scheme }) =>
        `El enlace lleva a una dirección que empieza por ${scheme}://, y los vídeos solo se descargan de enlaces https y http. Pide al proveedor un enlace https.`,
      'url-with-password': () =>
        'El enlace lleva un usuario o una contraseña, que Video Inbox no envía a ninguna parte. No se descargó nada.',
      'private-address': ({ host }) =>
        `El enlace lleva a ${host}, que está dentro de una red privada, así que no se descargó nada. Si es un servidor tuyo, arranca Video Inbox con --allow-host ${host}.`,
      'private-from-here': ({ host }) =>
        `Desde aquí, ${host} lleva a una red privada, así que no se descargó nada. Ocurre cuando una red pide primero iniciar sesión: hazlo en un navegador. Si es un servidor tuyo, arranca Video Inbox con --allow-host ${host}.`,
      'too-many-redirects': ({ host, limit }) =>
        `${host} nos reenvió más de ${limit} veces sin dar el archivo. Inténtalo más tarde o descárgalo en un navegador.`,
      'bad-redirect': ({ host }) =>
        `${host} nos reenvió a una dirección que no es una dirección web. Inténtalo más tarde.`,
      'too-large': ({ limitBytes }) =>
        `El archivo supera el límite de ${bytes(limitBytes)}, así que no se descargó. Sube «Vídeo más grande» en los ajustes y vuelve a intentarlo.`,
      'web-page': ({ host, title }) =>
        `${host} envió una página web${title === '' ? '' : ` («${title}»)`} en lugar del vídeo. Puede que el enlace haya caducado; ábrelo en un navegador para ver qué dice.`,
      'text-answer': ({ host, format, excerpt }) =>
        `${host} envió ${formats[format]} en lugar del vídeo${excerpt === '' ? '' : `: ${excerpt}`}. Puede que el enlace haya caducado; inténtalo con uno nuevo.`,
      playlist: ({ host }) =>
        `${host} dio una lista de reproducción en lugar del vídeo: una lista de trozos para un reproductor, no un archivo. Pide un mp4 al proveedor o descárgala con una herramienta que una los trozos.`,
      image: () => 'El enlace dio una imagen en lugar de un vídeo. Ábrelo en un navegador para verla.',
      'other-file': ({ what }) =>
        `El enlace dio un archivo ${what} en lugar de un vídeo. Ábrelo en un navegador para descargarlo.`,
      'unknown-file': () =>
        'Lo que dio el enlace no es un vídeo que Video Inbox conozca. Ábrelo en un navegador para verlo.',
      'not-an-image': () => 'El enlace de la vista previa no dio una imagen.',
      empty: ({ host }) =>
        `${host} envió un archivo vacío. Inténtalo más tarde; puede que el proveedor aún lo esté escribiendo.`,
      'cut-short': () =>
        'El vídeo acaba demasiado pronto: falta una parte del archivo en el servidor. Inténtalo más tarde.',
      'no-index': () =>
        'El vídeo no tiene índice (moov), así que ningún reproductor podría abrirlo. Puede que el proveedor aún lo esté escribiendo; inténtalo más tarde.',
      'no-pictures': () =>
        'El vídeo no contiene imágenes. Puede que el proveedor aún lo esté escribiendo; inténtalo más tarde.',
      'trailing-data': ({ extraBytes }) =>
        `Detrás del vídeo vienen ${bytes(extraBytes)} que no pertenecen a ninguna parte suya, así que el archivo no se guardó. Abre el enlace en un navegador para ver qué es.`,
      'wrong-length': ({ host, gotBytes, promisedBytes }) =>
        `${host} prometió ${bytes(promisedBytes)} y envió ${bytes(gotBytes)} cada vez, así que el vídeo no está entero. Inténtalo más tarde.`,
      'other-checksum': ({ host }) =>
        `Lo que envió ${host} tiene otra suma de comprobación que la que indica, así que el vídeo puede estar dañado y no cuenta como guardado. Inténtalo más tarde; si no cambia nada, abre el enlace en un navegador y adjunta el archivo si se reproduce.`,
      'ended-early': ({ host, gotBytes, promisedBytes }) =>
        `${host} prometió ${bytes(promisedBytes)} y envió ${bytes(gotBytes)}, así que el vídeo no está entero.`,
      'broken-encoding': ({ host }) => `Lo que envió ${host} no se pudo descomprimir. Inténtalo más tarde.`,
      'packed-bomb': ({ host }) =>
        `Lo que envió ${host} se descomprime en mucho más de lo que ocuparía un vídeo, así que no se guardó. Abre el enlace en un navegador para ver qué es.`,
      'disk-full': ({ neededBytes }) =>
        `No hay sitio suficiente en el disco${neededBytes === null ? '' : ` (hacen falta ${bytes(neededBytes)} más)`}. Lo descargado se conserva; la descarga sigue por sí sola cuando haya sitio.`,
      'disk-error': ({ errno }) =>
        isOfDisk(errno)
          ? `El vídeo no se pudo escribir en el disco (${errno}). Lo descargado se conserva; la descarga sigue por sí sola cuando el disco funcione.`
          : `El vídeo no se pudo guardar en el servidor S3 (${errno}). Está descargado y espera en esta máquina; se guarda allí por sí solo en cuanto el servidor lo acepte.`,
      'report-failed': () =>
        'El vídeo está en el disco, pero la biblioteca no pudo anotarlo. Se reintenta por sí solo.',
      'no-connection-in-time': ({ host }) => `${host} no aceptó nuestra conexión a tiempo.`,
      'no-answer-in-time': ({ host }) => `${host} aceptó la petición pero no respondió a tiempo.`,
      stalled: ({ host }) => `${host} dejó de enviar a mitad del archivo.`,
      'too-slow': ({ host }) => `${host} envía tan despacio que otros vídeos tendrían que esperar.`,
      'took-too-long': ({ host }) => `${host} envía tan despacio que la descarga tardó demasiado.`,
      'no-such-host': ({ host }) => `No se encontró la dirección ${host}. Revisa la conexión a internet.`,
      'untrusted-certificate': ({ host }) =>
        `El certificado de ${host} no es válido, así que no se confió en la conexión.`,
      'connection-cut': ({ host }) => `La conexión con ${host} se cortó antes de que el archivo estuviera entero.`,
      'connection-refused': ({ host }) => `${host} no acepta conexiones ahora mismo.`,
      'connection-failed': ({ host, errno }) => `La conexión con ${host} falló (${errno}).`,
      'proxy-failed': ({ host, errno }) =>
        `No se pudo llegar al proxy ${host} (${errno}). Revisa el proxy en los ajustes de esta máquina o de Video Inbox.`,
      'daily-limit': ({ limitBytes }) =>
        `Los enlaces de esta URL de callback han traído hoy ${bytes(limitBytes)}, que es el límite. La descarga sigue mañana por sí sola; el límite está en los ajustes.`,
      'server-error': ({ host, status }) => `${host} tiene un problema propio (${status}).`,
      'too-many-requests': ({ host }) => `${host} nos pide esperar (429).`,
      'unexpected-status': ({ host, status }) => `${host} dio una respuesta que aquí no tiene sentido (${status}).`,
      internal: () =>
        'Algo falló en Video Inbox al descargar este vídeo, así que ha dejado de intentarlo. El registro dice más; inténtalo tras la próxima actualización o descarga el vídeo en un navegador.',
    },
    givenUp: (sentence, attempts) =>
      `${sentence} Tras ${count(attempts, { one: '# intento', other: '# intentos' })} Video Inbox ha dejado de intentarlo; lo descargado se conserva. Revisa la conexión e inténtalo de nuevo.`,
    waits: {
      places: 'Espera su turno: se están descargando otros vídeos.',
      host: 'Espera su turno: se están descargando otros vídeos del mismo host.',
      held: 'Su host nos pidió esperar un momento.',
      later: 'Espera su próximo intento.',
      paused: 'Las descargas están en pausa.',
    },
  },
  host: {
    notAProxy: (text) =>
      `«${text}» no es la dirección de un proxy, así que no se cambió nada. Indica una como http://127.0.0.1:7890.`,
    proxyWithPassword:
      'Los ajustes se guardan como texto sin cifrar, así que un proxy con contraseña no va ahí, y no se cambió nada. Pon HTTPS_PROXY en el entorno de Video Inbox.',
    crashed: (logFile) =>
      `Video Inbox tuvo un error propio y se ha detenido, para no aceptar nada que pudiera perder. Todo callback respondido está en el disco; arráncalo de nuevo. ${logFile === null ? '' : `Lo que pasó está en ${logFile}.`}`.trim(),
    closing: 'Video Inbox se está cerrando, así que no acepta más llamadas. No se cambió nada.',
    closeFailed:
      'El cierre no fue completo. Todo callback respondido está en el disco; lo demás se rehace en el próximo arranque.',
    incomplete: (file) =>
      `Esta instalación de Video Inbox no está completa: falta ${file}. Instálalo de nuevo; tus vídeos no se tocan.`,
    settingsRefused: (names) =>
      `settings.json contiene algo que no se puede fijar (${names}), así que para eso se usa lo habitual. Lo demás está como lo elegiste. Elígelo de nuevo; entonces se conserva el archivo antiguo.`,
    settingsUnread: (aside) =>
      `No se pudo leer settings.json, así que se usan los ajustes habituales. Tus vídeos siguen intactos. El archivo antiguo se conserva como ${aside}. Vuelve a poner lo que habías elegido, primero la dirección pública.`,
    urlsLost: (file) =>
      `La lista de URL de callback (${file}) y su copia no se pudieron leer, así que hay una URL de callback nueva y se rechazan los callbacks a las anteriores. Dale la nueva a quien te envíe callbacks. Tus vídeos siguen intactos; las listas antiguas se conservan junto a la nueva.`,
    settingsUnreadable: (file, code) =>
      `No se puede leer ${file} (${code}), y sin tus ajustes la bandeja no arranca; no se cambió nada. Deja que este usuario lea el archivo, o apártalo para empezar con los ajustes habituales.`,
    settingsNotSaved: (reason) => `Los ajustes no se pudieron guardar: ${reason}. Siguen valiendo los anteriores.`,
    keysBroken: (file) =>
      `El archivo con tus claves (${file}) no se pudo leer, así que ninguna está en uso, tampoco la del túnel. Tus vídeos siguen intactos. Introduce las claves de nuevo; entonces el archivo antiguo se conserva junto al nuevo.`,
    secretNotSaved: (reason) => `El secreto no se pudo guardar: ${reason}. Sigue valiendo el anterior.`,
    diskRefused: (reason) =>
      `El disco de la biblioteca no lo aceptó: ${reason}. Lo que hay en la biblioteca queda como estaba. Resuélvelo e inténtalo de nuevo.`,
    dataDirUnusable: (root, reason) =>
      `La carpeta de datos ${root} no se puede usar: ${reason}. No se cambió nada. Elige otra carpeta con --data-dir, o arregla esta, e inténtalo de nuevo.`,
    disk: {
      EACCES: 'este usuario no puede escribir ahí',
      EPERM: 'este usuario no puede escribir ahí',
      EROFS: 'ese disco es de solo lectura',
      ENOSPC: 'ese disco está lleno',
      EDQUOT: 'tu parte de ese disco está agotada',
      EIO: 'ese disco da errores',
      ENOENT: 'una parte de esa ruta no existe o no puede llamarse así',
      ENOTDIR: 'una parte de esa ruta es un archivo, no una carpeta',
      EEXIST: 'ya hay un archivo con ese nombre',
    },
  },
  instance: {
    alreadyRunning: (pid, where) => {
      if (where === 'here') {
        return `Un Video Inbox con pid ${String(pid)} ya usa esta carpeta de datos. Usa ese («video-inbox status» da la dirección de su galería), ciérralo antes o elige otra carpeta con --data-dir.`;
      }
      const place = where === 'container' ? 'en otro contenedor' : 'en otra máquina';
      return `Un Video Inbox ${place} (allí con pid ${String(pid)}) ya usa esta carpeta de datos. Cierra ese antes o elige otra carpeta con --data-dir.`;
    },
    commandAtWork: (pid) =>
      `Un comando de Video Inbox con pid ${String(pid)} trabaja ahora en esta carpeta de datos, como «store move» o «doctor». Espera a que termine e inténtalo de nuevo, o elige otra carpeta con --data-dir.`,
    starting: (pid, dataDir) =>
      `El Video Inbox con pid ${String(pid)} en ${dataDir} aún está arrancando. Inténtalo en un momento.`,
    noRoomForAddress: (pid, dataDir) =>
      `El Video Inbox con pid ${String(pid)} en ${dataDir} está en marcha, pero su disco está lleno: no ha podido anotar dónde lo encuentra este comando. Tu biblioteca está abierta en la dirección de la galería que mostró al arrancar. Libera espacio e inténtalo en un momento.`,
    runsElsewhere: (dataDir) =>
      `El Video Inbox de ${dataDir} corre en otro contenedor o en otra máquina. Da este comando allí.`,
    notRunning: (dataDir) =>
      `Ningún Video Inbox corre en ${dataDir}. Arráncalo con «video-inbox serve» o abre la aplicación, e inténtalo de nuevo.`,
    orderInDoubt:
      'La bandeja aceptó el encargo, pero su respuesta no llegó, así que no se sabe si el vídeo se encargó. No lo encargues de nuevo antes de mirar: «video-inbox list» lo muestra si se encargó, y el proveedor tiene su propia lista.',
  },
  journal: {
    reading: 'Leyendo el diario: eventos',
    checking: 'Comprobando vídeos',
    sum: (events, files, size, oldest, newest) => `Diario: ${events} en ${files}, ${size}, de ${oldest} a ${newest}`,
    repeats: (repeats) => `${repeats} con un cuerpo que ya había llegado`,
  },
  library: {
    notInLibrary: 'Ese vídeo ya no está en la biblioteca.',
    noStrip: 'Una tira de fotogramas debe ser un JPEG de 1 MiB como máximo, de un vídeo guardado.',
    notUndone:
      'Ya no se puede deshacer por sí solo: se hizo demasiado desde entonces o la bandeja se inició de nuevo. No se cambió nada.',
    changedSince: 'Desde entonces se cambió en otro sitio, así que no se deshizo nada.',
    isSaved: 'Ese vídeo ya está en el disco, así que no se cambió nada.',
    linkIsNoAddress:
      'Un enlace empieza por https:// o http://. Copia la dirección completa del vídeo y pégala de nuevo.',
    noSuchFile: (file) =>
      `No hay ningún archivo ${file} que se pueda leer. Elige el vídeo de nuevo; un archivo de otra máquina debe copiarse antes a esta.`,
    taskIdNeeded: 'Hace falta un id de tarea.',
    notWatched: (id) => `No se conoce ninguna tarea «${id}». Vigílala primero: video-inbox watch PROVIDER TASK_ID.`,
    posterForm: 'Una miniatura debe ser un JPEG o PNG de 2 MiB como máximo.',
    nothingToExport:
      'Ninguna de estas tiene ya un vídeo en el disco, así que no hay nada que llevarse. Espera a que alguno esté guardado.',
    unknownExportWord: (word, known) =>
      `{${word}} no representa nada en un nombre, así que no se exportó nada. Palabras conocidas: ${known}.`,
    tooManyToExport: (most) =>
      `En una exportación caben ${number(most)} vídeos como máximo. Elige menos y exporta por partes.`,
    notBackYet:
      'Aún no se sabe si esto ha vuelto: puede que otra máquina vaciara antes la papelera. La petición está guardada y en camino. Mira de nuevo dentro de un momento.',
    nothingToRetry: 'Todos los vídeos de esta tarea están en el disco o en camino.',
    onlyElsewhere: (names) =>
      `Este vídeo puede estar en el disco de otra máquina, que lo lleva por sí sola al almacén: ${names}. Por eso no se descargó de nuevo; «video-inbox status» dice cuántos faltan. Vuelve a mirar dentro de un rato.`,
    notMoved:
      'La biblioteca no se pudo mover: el disco no aceptó un archivo. Está donde estaba y no se ha perdido nada.',
    copyDiffers: (file) => `La copia de ${file} difiere del original, así que no se movió nada. Revisa el disco nuevo.`,
    moveOutside: 'La carpeta nueva debe estar fuera de la biblioteca, y la biblioteca fuera de la carpeta nueva.',
    moveUnreadable: (folder) => `${folder} no se puede leer, así que no se movió nada. Elige otra carpeta.`,
    moveNotEmpty: (folder) => `${folder} no está vacía. Elige una carpeta vacía, para que no se sobrescriba nada.`,
    moveNoRoom: 'No hay sitio suficiente en ese disco para la biblioteca. No se movió nada.',
    movedInCircles: (root, file) =>
      `Las notas de adónde se movió la biblioteca ${root} dan vueltas en círculo. Quita ${file} de la carpeta que contiene tus vídeos.`,
    anotherFilm: 'Ese es otro vídeo: sus bytes no son los que se guardaron. No se cambió nada.',
    notAWholeFilm:
      'Este vídeo no está entero: falta una parte del archivo, o es de otra cosa, así que no se tomó. Nada cambió; cópialo de nuevo desde donde estaba o elige otro archivo.',
    noRoomForFilm:
      'No hay sitio para este vídeo en el disco de la biblioteca, así que no se tomó. Nada cambió; libera espacio y elígelo de nuevo.',
    filmNotWritten: (errno) =>
      `El disco de la biblioteca no aceptó este vídeo (${errno}). Nada cambió; revisa el disco y elígelo de nuevo.`,
    notAFilm:
      'Este archivo no es un vídeo (mp4, mov, webm y similares), así que no se tomó. Nada cambió; elige otro archivo.',
    movedAway: (to, file) =>
      `La biblioteca se movió a ${to} y ahora no está ahí: quizá ese disco no está conectado. No se cambió nada. Conéctalo y vuelve a arrancar; si la biblioteca está en otro sitio, indica su carpeta con --data-dir; para empezar una vacía, quita ${file}.`,
    movedNowhere: (file) =>
      `La biblioteca se movió, pero ${file} no dice adónde. Arranca con --data-dir y la carpeta que contiene tus vídeos.`,
  },
  limits: {
    title: 'Límites',
    intro:
      'Lo que puede llegar y lo que puede descargarse. Los valores habituales sirven a casi todos; una petición que un límite rechazó aparece en Peticiones con su nombre.',
    names: {
      'callbacks.bodyLimitMiB': 'Callback más grande',
      'callbacks.filmBodyLimitMiB': 'Callback más grande con un vídeo dentro',
      'callbacks.signatureWindowSeconds': 'Firma más antigua',
      'callbacks.tasksPerDay': 'Tareas nuevas al día, por URL de callback',
      'callbacks.keptMiBPerDay': 'Guardado de cuerpos al día, por URL de callback',
      'callbacks.minFreeMiB': 'Espacio por debajo del cual no se acepta ningún callback',
      'downloads.maxVideoMiB': 'Vídeo más grande',
      'downloads.mibPerDay': 'Descargas sin firma al día, por URL de callback',
      'downloads.minFreeMiB': 'Espacio que las descargas dejan libre',
    },
    hints: {
      'callbacks.bodyLimitMiB': 'Uno mayor recibe la respuesta 413. Replicate con sus registros envía algunos.',
      'callbacks.filmBodyLimitMiB': 'Algunos servicios envían el vídeo dentro del callback.',
      'callbacks.signatureWindowSeconds':
        'Cuánto puede distar la hora de una firma de la hora de aquí. Auméntalo si el reloj de este equipo va mal.',
      'callbacks.tasksPerDay': 'Para callbacks de internet que nadie firmó; los demás reciben la respuesta 429.',
      'callbacks.keptMiBPerDay': 'Para callbacks de internet que nadie firmó; los demás reciben la respuesta 429.',
      'callbacks.minFreeMiB':
        'Por debajo, los callbacks reciben la respuesta 503, para que los proveedores lo intenten de nuevo. Vacío: 64 MiB, o el 5 % de un disco pequeño.',
      'downloads.maxVideoMiB': 'Uno mayor no se descarga, y así se indica.',
      'downloads.mibPerDay':
        'Enlaces que nadie firmó ni confirmó, para que un desconocido no llene el disco con ellos.',
      'downloads.minFreeMiB': 'Por debajo, las descargas esperan. Vacío: 2 GiB, o el 10 % de un disco pequeño.',
    },
    units: { MiB: 'MiB', seconds: 'segundos', tasks: 'tareas' },
    usual: (value, unit) => `Normalmente ${value} ${unit}.`,
    usualEmpty: 'Normalmente vacío.',
    empty: 'vacío',
    wrong: (text, least, most) => `«${text}» no es un número de ${least} a ${most}.`,
    wrongWhole: (text, least, most) => `«${text}» no es un número entero de ${least} a ${most}.`,
  },
  notices: {
    savedTitle: (provider) => `Vídeo de ${provider} guardado`,
    savedWithoutPrompt: (taskId) => `Tarea ${taskId}`,
    failedTitle: (provider) => `${provider} no pudo hacer el vídeo`,
    failedWithoutReason: 'El proveedor no dio ningún motivo. Abre la tarea para ver qué envió.',
    downloadFailedTitle: (provider) => `Un vídeo de ${provider} no se pudo guardar`,
    budgetTitle: 'El presupuesto de este mes está gastado',
    budgetBody: (spent, budget) => `${spent} de ${budget} créditos. Nada se detiene solo.`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `Un enlace caduca en ${minutes} min` : `${n} enlaces caducan, el primero en ${minutes} min`,
    dyingBody: (title) => `Aún sin guardar: ${title}. Ábrelo para ver a qué espera.`,
    tunnelTitle: 'No se puede llegar a tu URL de callback',
    tunnelBody: 'Los proveedores no pueden llamar hasta que se arregle. Abre Video Inbox para ver el motivo.',
    storageTitle: 'La biblioteca no puede guardar nada nuevo',
    roomTitle: 'Hay vídeos nuevos que esperan espacio en el disco',
    digestTitle: 'Más de tus proveedores',
    quietTitle: 'Durante el silencio',
    digestBody: (saved, failed) =>
      [
        ...(saved > 0 ? [count(saved, { one: '# vídeo guardado', other: '# vídeos guardados' })] : []),
        ...(failed > 0 ? [count(failed, { one: '# problema', other: '# problemas' })] : []),
      ].join(', ') + '.',
  },
  providers: {
    fault,
    refused,
    refusedBefore: (provider, code, said) => refusedBefore(refused(provider, code, said)),
    unknownWhetherMade: (provider) =>
      `No se sabe si ${providerName(provider)} lo hizo: no llegó una respuesta clara. No se envía de nuevo por sí solo, para no pagar dos veces; si se hizo, su callback llegará aquí igualmente. Mira la lista del propio proveedor antes de pedirlo otra vez.`,
    unknownAndLookedFor: (provider) =>
      `No se sabe si ${providerName(provider)} lo hizo: no llegó una respuesta clara. Video Inbox lo busca en la lista de encargos del proveedor, y su callback también llega aquí. No se envía otra vez solo, para que nada se pague dos veces.`,
    notNoted: (why) =>
      `El encargo no se pudo anotar en el disco (${why}), así que no se envió ni se paga. Haz sitio y pídelo de nuevo.`,
    uploadFailed: (why) => `El archivo no se pudo subir, así que no se pidió nada. ${why}`,
    cannotSubmit: (provider) =>
      `Video Inbox no puede pedir a «${provider}». Sí puede a kie-aleph, kie-luma, kie-runway, kie-veo, kie-market, fal y replicate.`,
    unknownProvider: (given, likely) =>
      `«${given}» no es un proveedor que Video Inbox conozca, así que nunca se le encontraría un callback. ${likely === null ? `Se conocen: ${providers.map(({ id }) => id).join(', ')}; «unknown» vale para todos los demás.` : `¿Querías decir ${likely}?`}`,
    cannotAsk: (provider) =>
      `Video Inbox no puede preguntar a «${provider}» por sus tareas; sus callbacks se aceptan igualmente.`,
    noKey: (provider, secret) =>
      `${providerName(provider)} necesita tu clave de API y no hay ninguna. Ponla en los ajustes o con «video-inbox secret set ${secret}» (o VIDEO_INBOX_SECRET_${secret} en el entorno).`,
    orderIdOld:
      'Con este id ya se envió un encargo hace mucho, y ya no se guarda qué fue de él. Ahora no se envió nada; dale a este encargo un id propio.',
    orderIdTaken: 'Con este id ya se envió otro encargo. Ahora no se envió nada; dale a este encargo un id propio.',
    needsModel: (provider) => `${providerName(provider)} tiene muchos modelos: di cuál con --model NAME.`,
    asked: (provider, state, message) => {
      const said = message === null ? '' : ` ${ended(message)}`;
      if (state === 'succeeded') return `${providerName(provider)} dice que está listo.`;
      if (state === 'failed') return `${providerName(provider)} dice que falló.${said}`;
      return `${providerName(provider)} dice que aún se está haciendo.`;
    },
    givenUp: (provider, code) =>
      code === 'gone'
        ? `${providerName(provider)} ya no conoce esta tarea, así que no se espera nada. Si llega su callback, se acepta.`
        : code === 'deadline'
          ? `${providerName(provider)} no ha terminado esta tarea en un día, así que ya no se pregunta por ella. Si llega su callback, se acepta.`
          : 'Ya nadie espera esta tarea; si llega su callback, se acepta.',
    nothingToUpgrade: 'Esta tarea no tiene un vídeo terminado con ese número, así que no hay versión mayor que pedir.',
    renewing: 'Este enlace ha caducado; se pide otro al proveedor.',
    budgetBlind: (provider, budget) =>
      `Detenido: no se sabe cuánto cobra ${providerName(provider)} por esto ni tu saldo allí, así que no se puede respetar el límite de ${number(budget)} créditos. Lo ya encargado sigue adelante. Mira el precio en el proveedor y encarga el resto sin límite.`,
    budget: (spent, budget) =>
      `Detenido antes del límite: ${number(spent)} de ${number(budget)} créditos están gastados o lo estarán por lo encargado. Lo ya encargado sigue adelante.`,
    batchBroke:
      'No se envió ni se paga: el encargo anterior terminó de una forma imprevista, que el registro cuenta entera. Mira primero ese y después pide estos otra vez.',
    ordersInDoubt: (count) =>
      `De ${count === 1 ? 'un encargo' : `${number(count)} encargos`} de los últimos siete días no se sabe si ${count === 1 ? 'se hizo' : 'se hicieron'}: no llegó una respuesta clara. Nada se envía de nuevo por sí solo, para no pagar dos veces; lo que se hizo llegará aquí igualmente. Mira la lista del propio proveedor antes de pedir otra vez; la galería nombra cada uno junto al formulario de encargos.`,
    hookLost: (count, why) =>
      count === 1
        ? `Tu webhook no supo de uno que se guardó o falló, y no se envía de nuevo. ${why}`
        : `Tu webhook no supo de ${number(count)} que se guardaron o fallaron, y no se envían de nuevo. ${why}`,
    commandLost: (count) =>
      `El comando de VIDEO_INBOX_HOOK_COMMAND no terminó bien ${count === 1 ? 'una vez' : `${number(count)} veces`}, así que puede faltar lo que debía hacer. Ejecútalo a mano para ver por qué.`,
    hookTest: (code, status) => {
      switch (code) {
        case 'answered':
          return 'El webhook llegó.';
        case 'no-url':
          return 'No hay ninguna dirección, así que nadie se entera de nada. Pon una e inténtalo de nuevo.';
        case 'no-secret':
          return 'No hay ningún secreto y nada se envía sin firmar. Pon uno con «video-inbox secret set HOOK» (whsec_ y base64) e inténtalo de nuevo.';
        case 'refused':
          return `Se respondió ${String(status)} y no se aceptó. Mira el registro de quien escucha allí e inténtalo de nuevo.`;
        default:
          return 'Nadie respondió en esa dirección. Comprueba que el programa de allí esté en marcha e inténtalo de nuevo.';
      }
    },
    orderProblem,
    orderProblems: (problems) => problems.map(orderProblem).join(' '),
  },
  refusals: {
    empty: () => 'El cuerpo está vacío; se espera JSON o un formulario.',
    'cut-off': () => 'No se puede leer: el cuerpo acaba a la mitad.',
    'not-readable': () => 'El cuerpo no se puede leer: no es JSON, ni un formulario, ni XML.',
    'not-an-object': () => 'El cuerpo debe ser un objeto JSON.',
    'nothing-in-it': () => `El cuerpo no nombra ninguna tarea, vídeo ni estado; se miró en ${ids}.`,
    'broken-off': () => 'El cuerpo no llegó entero.',
    'too-large': ({ bytes: size, limitBytes }) =>
      `El cuerpo supera ${kibi(limitBytes)}${size === undefined ? '' : ` (${kibi(size)})`}; el límite se puede subir en los ajustes (callbacks.bodyLimitMiB).`,
    'packed-too-tightly': () => 'El cuerpo se descomprime en mucho más de lo que ocupa un callback.',
    'packing-unknown': ({ label }) =>
      `El cuerpo está comprimido con ${label ?? 'algo'}, que esta bandeja no puede descomprimir donde corre; se puede leer gzip, deflate, br o sin comprimir.`,
    'signature-missing': () => 'Esta bandeja exige callbacks firmados y este no lleva firma.',
    'signature-wrong': () => 'La firma no coincide.',
    'signature-stale': () =>
      'La hora de la firma está demasiado lejos del reloj de este ordenador: el callback es antiguo o el reloj va mal. Comprueba aquí la fecha y la hora y haz que se envíe otra vez.',
    'signature-used': () => 'Esta firma ya se usó para otro cuerpo.',
    'no-secret': () => 'Esta bandeja exige callbacks firmados, pero falta el secreto para comprobarlos.',
    'signature-unknown': () => 'Esta bandeja exige callbacks firmados y no se conoce ninguna firma de este proveedor.',
    'keys-unavailable': () => 'Las claves para comprobar la firma no están disponibles ahora mismo; envíalo de nuevo.',
    'too-many-requests': () => 'Demasiadas peticiones; inténtalo más tarde.',
    'too-many-at-once': () => 'Demasiados callbacks a la vez; envíalo de nuevo en un momento.',
    'tasks-per-day': ({ limit }) =>
      `Esta URL de callback ha creado ${number(limit ?? 0)} tareas en un día, que es su límite (callbacks.tasksPerDay).`,
    'bytes-per-day': ({ limitBytes }) =>
      `Esta URL de callback ha llenado ${kibi(limitBytes)} del disco en un día, que es su límite (callbacks.keptMiBPerDay).`,
    'disk-low': ({ bytes: size, limitBytes }) =>
      `Al disco le quedan ${kibi(size)}, y por debajo de ${kibi(limitBytes)} no se acepta ningún callback; libera espacio y envíalo de nuevo.`,
    'storage-failed': ({ detail }) => detail ?? 'El callback no se pudo guardar; envíalo de nuevo.',
    'wrong-method': ({ method }) => `Envía los callbacks con POST, no con ${method ?? 'esto'}.`,
    broke: () => 'El callback no se pudo guardar; envíalo de nuevo.',
  },
  requests: {
    madeVideos: (n) => (n === 0 ? 'no creó vídeos' : count(n, { one: 'creó # vídeo', other: 'creó # vídeos' })),
    noVideo: 'sin vídeo',
    anotherFilm: 'nombra otro vídeo',
    notAll: 'nombra más tareas o vídeos de los que se leen a la vez; los primeros están guardados',
    sameAgain: (nth) => `lo mismo, por ${nth}.ª vez`,
    moreOfIt: (n) => (n === 1 ? 'y otra vez' : `y ${number(n)} veces más`),
    moreTasks: (n) => (n === 1 ? 'y 1 tarea más' : `y ${number(n)} tareas más`),
    stillProcessing: 'aún en proceso',
    stateUnknown: 'estado desconocido',
    failed: (message) => (message === null ? 'falló' : `falló: ${message}`),
    challenge: 'comprobación de la dirección, respondida',
    ping: 'ping de prueba, sin tarjeta',
    refusedWhileWaiting: (id, n, status, reason) =>
      `Se acabó el tiempo: un callback que nombra «${id}» se rechazó con ${status}: ${reason} «video-inbox requests show ${n}» lo muestra.`,
  },
  secrets: {
    usage:
      'Di qué hacer: «secret set NAME» (el valor viene de la entrada estándar), «secret list» o «secret remove NAME».',
    unknown: (word, names) => `No hay ningún secreto «${word}». Nombres conocidos: ${names}.`,
    ask: (name) => `Pega el valor de ${name} y pulsa Intro; no se muestra. Dos a la vez se separan con una coma.`,
    nothingGiven: (name) => `No llegó nada por la entrada estándar, así que ${name} está como estaba.`,
    noKey: (name) =>
      `Eso no es una clave: contiene un espacio, un salto de línea o un signo que ninguna clave tiene, así que ${name} queda como estaba. Copia solo la clave, sin «Bearer» delante.`,
    stored: (name) => `${name} está guardado y en uso.`,
    storedForLater: (name) => `${name} está guardado; la bandeja lo usa cuando arranca.`,
    removed: (name) => `${name} se ha quitado.`,
    notSet: (name) => `${name} no estaba guardado, así que no se quitó nada.`,
    environmentWins: (name, variable) =>
      `Nota: ${variable} está en este entorno, y una bandeja que se arranque desde aquí toma ${name} de ahí.`,
    places: { environment: 'del entorno', stored: 'guardado', none: 'sin poner' },
    onlyTheFile:
      'Nota: no corre ninguna bandeja, así que lo que la aplicación de escritorio guarda en el llavero del sistema no está en esta lista.',
  },
  shared: {
    noIntake:
      'Esta máquina no recibe callbacks: se inició sin el papel «intake». Copie la URL de callback en una que lo tenga.',
    notAnAddress:
      'VIDEO_INBOX_DATABASE_URL debe ser la dirección de una sola base de datos PostgreSQL, como postgresql://user:password@host/name. En una contraseña, signos como @ : / ? # % se escriben %40 %3A %2F %3F %23 %25.',
    badSslMode: (word) => `sslmode en VIDEO_INBOX_DATABASE_URL debe ser disable, require o verify-full, no «${word}».`,
    tooOld: 'La base de datos compartida es anterior a PostgreSQL 14. Actualiza el servidor e inténtalo de nuevo.',
    newerSchema: (found, known) =>
      `La base de datos compartida la creó un Video Inbox más nuevo (sus tablas son de la versión ${String(found)}, este conoce la ${String(known)}). No se cambió nada. Actualiza esta máquina e inténtalo de nuevo.`,
    cannotOpen: (reason) =>
      `La base de datos compartida no se puede usar: ${reason}. No se ha perdido nada. Revisa VIDEO_INBOX_DATABASE_URL y el servidor, e inténtalo de nuevo.`,
    notNow: (reason) =>
      `La base de datos compartida no se puede usar ahora: ${reason}. No se ha perdido nada. Inténtalo cuando vuelva.`,
    otherPlace: (names) =>
      `No todas las máquinas guardan sus vídeos en el mismo lugar: ${names} tiene otro que esta, así que lo que descargó una no se abre en la otra. Pon en VIDEO_INBOX_STORE_URL el mismo bucket y la misma carpeta en todas y arráncalas de nuevo.`,
    away: 'no responde',
    noHost: 'nadie conoce un host con ese nombre',
    password:
      'rechaza a este usuario o esta contraseña; una nueva se toma de VIDEO_INBOX_DATABASE_URL en el próximo inicio',
    noDatabase: 'no tiene ninguna base de datos con ese nombre',
    notAllowed:
      'este usuario no puede hacer allí lo necesario: debe poder crear en la base de datos o ser dueño de todo en el esquema video_inbox',
    door: 'no deja entrar a este usuario desde aquí, o solo por TLS (pg_hba.conf); sslmode=verify-full en la dirección pide TLS',
    otherHost: 'su certificado es para otro nombre de host; la dirección debe nombrar el host como el certificado',
    noFile: (file) => `no se puede leer el archivo ${file} que indica la dirección`,
    pooled:
      'un pooler en modo transacción, como PgBouncer, da sus conexiones a otros entretanto; la dirección debe llevar al propio servidor, o a un pooler en modo sesión',
    encoding: (encoding) =>
      `guarda el texto como ${encoding}, donde no cabe todo lo que traen los callbacks; debe crearse con ENCODING 'UTF8' TEMPLATE template0`,
    certificate: (code) =>
      `su certificado no es de confianza aquí, o no habla TLS (${code}); sslrootcert=ARCHIVO en la dirección indica un certificado de confianza`,
    readOnly:
      'acepta lecturas y nada nuevo, como una réplica que no se ha promovido (o por default_transaction_read_only)',
    full: 'su disco está lleno',
    tooMany: 'todas sus conexiones están en uso (max_connections, o el límite de este usuario o base de datos)',
    refused: (code) => `rechaza lo que se le pide (${code})`,
    notWithTwin:
      'Una copia de otra bandeja (--twin) no puede compartir además una base de datos. Arráncala sin --twin o sin VIDEO_INBOX_DATABASE_URL.',
    needsDatabase: (flag) =>
      `--${flag} es para varias máquinas que comparten una base de datos: pon también VIDEO_INBOX_DATABASE_URL, o quítalo.`,
    badRole: (word) =>
      `--role debe ser una lista de intake, download, ask y gallery, separados por comas, no «${word}».`,
    badAnswer: (word) => `--answer debe ser «local», «shared» o «both», no «${word}».`,
    badLease: (given, most) =>
      `VIDEO_INBOX_LEASE_SECONDS debe ser un número de segundos de 1 a ${most}, no «${given}».`,
    badNode: (word) => `--node debe ser un nombre de letras, cifras, puntos y guiones, 40 como máximo, no «${word}».`,
    nameTaken: (name, seconds) =>
      `Ya hay una máquina llamada «${name}» que comparte esta base de datos. No se ha cambiado nada. Da a esta un nombre propio (--node NOMBRE); o, si aquella máquina ya no existe, vuelve a iniciar esta dentro de ${String(seconds)} s.`,
    cannotClaim:
      'Ahora no se puede saber si esto ya se pidió, así que no se pidió nada aquí ni se pagó nada: quizá lo esté pidiendo otra máquina, o la base de datos compartida no responde o retiene lo que se escribió. "video-inbox status" dice cómo está la base de datos. Inténtalo de nuevo dentro de un momento.',
    machinesRun: (names) =>
      `Todavía funcionan máquinas que comparten esta biblioteca: ${names}. No se movió nada, porque siguen guardando vídeos en el lugar anterior. Detén «video-inbox serve» en cada una; una que se cerró a la fuerza se olvida a los 15 s. Luego ejecútalo de nuevo.`,
    machinesRunAgain: (names) =>
      `Vuelven a funcionar máquinas que comparten esta biblioteca: ${names}. Lo que han guardado entretanto puede estar en el lugar anterior; no se pierde nada. Detén «video-inbox serve» en cada una y ejecútalo de nuevo: mueve el resto.`,
    doctorNeedsInbox:
      'Varias máquinas comparten esta biblioteca, así que la comprobación pregunta a la bandeja que funciona aquí. No se comprobó nada ni se ha perdido nada. Iníciala con «video-inbox serve» y ejecútalo de nuevo.',
    state: {
      away: (waiting, reason) =>
        `La base de datos compartida no se puede usar ahora: ${reason}. Lo que llega aquí se guarda aquí (${number(waiting)} en espera) y se envía en cuanto se pueda; hasta entonces esta máquina muestra lo que ya sabía.`,
      late: () =>
        'Aún no ha llegado a esta máquina todo lo que hay en la base de datos compartida: una de las dos va lenta ahora. No se ha perdido nada y el resto llega solo. Si dura, mira la carga de ambas.',
      fenced: (waiting) =>
        `Otra bandeja escribe en la base de datos compartida como esta máquina, así que se copió su carpeta de datos. Lo que llega aquí solo se guarda aquí (${number(waiting)} en espera). Cierra la otra y dale una carpeta de datos vacía; después arranca esta de nuevo: envía lo que espera.`,
      replaced: (waiting) =>
        `La base de datos compartida no es aquella con la que empezó esta ejecución: se restauró, o una copia más antigua ocupó su lugar. No se lee de ella ni se le envía nada hasta que la bandeja arranque de nuevo; lo que llega se guarda en esta máquina (${number(waiting)} en espera). Cierra la bandeja y arráncala de nuevo, en cada máquina: entonces envía lo que le falta a la base de datos.`,
    },
    lateSession: (who, pid) =>
      `Una transacción de ${who} que no acaba retiene lo que todas las máquinas ven de la base de datos compartida. No se ha perdido nada. Allí se termina con: SELECT pg_terminate_backend(${pid})`,
    latePrepared: (database, gid) =>
      `Una transacción preparada que nadie terminó, en la base de datos ${database}, retiene lo que todas las máquinas ven de la base de datos compartida. No se ha perdido nada. En esa base de datos se termina con: ROLLBACK PREPARED '${gid}' (o COMMIT PREPARED, según quiera quien la preparó)`,
    fencedUnstored:
      'Otra bandeja escribe en la base de datos compartida como si fuera esta máquina: se copió su carpeta de datos. Aquí los callbacks se responden con 503 (--answer), para que los proveedores los envíen de nuevo. Detén la otra y dale una carpeta de datos vacía; después inicia esta de nuevo.',
    replacedUnstored:
      'La base de datos compartida no es aquella con la que empezó esta ejecución: se restauró, o una copia más antigua ocupó su lugar. Los callbacks se responden con 503 hasta que la bandeja se inicie de nuevo (--answer). Lo que se respondió aquí y no está en esa copia no figura en ningún registro, solo en lo que esta ejecución aún muestra: guárdalo primero (video-inbox list --json > tasks.json). Después cierra la bandeja e iníciala de nuevo, en cada máquina.',
    nobodyFetches:
      'Ahora no hay en marcha ninguna máquina con el rol «download», así que no se trae ningún vídeo y los enlaces caducan. Inicia una de ellas con él (--role).',
    nobodyTakes:
      'Ahora no hay en marcha ninguna máquina con el rol «intake», así que no se acepta ningún callback y los proveedores desisten al cabo de un tiempo. Inicia una de ellas con él (--role).',
    nobodyAsks:
      'Ahora no hay en marcha ninguna máquina con el rol «ask», así que no se pregunta a ningún proveedor ni se avisa a ningún webhook. Los callbacks se aceptan igualmente. Inicia una de ellas con él (--role).',
    nobodyTells: (names) =>
      `Ahora no se avisa a ningún webhook ni comando: solo los tiene ${names}, sin el rol «ask», que es el que avisa. Los vídeos se descargan igualmente. Pon el webhook en una máquina con ese rol (Ajustes) o inicia esa con él (--role).`,
    apart:
      'Esta máquina compartía su biblioteca con otras y se inició sin VIDEO_INBOX_DATABASE_URL, así que solo muestra lo que recibió ella misma. Lo que llega se guarda aquí y se envía a las otras cuando se inicie de nuevo con la dirección. Si debe seguir sola, quita shared.json de su carpeta de datos.',
    awayUnstored: (reason) =>
      `La base de datos compartida no se puede usar ahora: ${reason}. Mientras tanto los callbacks se responden con 503 (--answer), para que los proveedores los envíen de nuevo; esta máquina muestra lo que ya sabía.`,
    noRoomOn: (names) =>
      `En el disco de ${names} no queda sitio para vídeos: los descargan las otras máquinas. Libera espacio allí.`,
    noRoomAnywhere: (names) =>
      `Ninguna máquina que descarga vídeos tiene sitio en su disco (${names}), así que los vídeos nuevos esperan y sus enlaces caducan. Libera espacio en una de ellas: las descargas siguen por sí solas.`,
    refusedForRoomOn: (names) =>
      `El disco de ${names} está lleno, así que los callbacks que llegan allí se rechazan; los proveedores lo intentan durante un rato. Libera espacio allí y seguirá por sí sola.`,
    olderBuildOn: (names) =>
      `En ${names} funciona una versión más antigua que en las otras máquinas: lee algunos callbacks con reglas anteriores, así que allí las tareas pueden verse distintas. No se pierde nada. Actualízala e iníciala de nuevo: su biblioteca se pone al día sola.`,
    onlyOn: (names) =>
      `Hay vídeos que solo están en el disco de una máquina y van solos al almacén S3 mientras funciona: ${names}. Hasta que lleguen, las otras no pueden abrirlos. No se pierde nada ni hay que descargar nada de nuevo.`,
    onlyOnAway: (names) =>
      `Hay vídeos que solo están en el disco de una máquina que no funciona: ${names}. Las otras no pueden abrirlos. Iníciala con VIDEO_INBOX_DATABASE_URL y VIDEO_INBOX_STORE_URL como antes: irán solos al almacén. Si ese disco se ha perdido, «Reintentar» los descarga mientras vivan sus enlaces, y en «Dónde funciona» se quita de la lista.`,
    leaseLost: 'Otra máquina se ha hecho cargo de este trabajo, así que lo que salió de él aquí no cuenta.',
  },
  sources: {
    notThere: (source) => `«${source}» no es una dirección http(s) ni un archivo de este equipo.`,
    notMedia: (source, found) =>
      `«${source}» no es vídeo, imagen ni sonido${found === null ? '' : ` (por sus primeros bytes: ${found})`}, así que no se envió a ninguna parte ni se pidió nada. Elige el archivo del que hay que hacer el vídeo.`,
    takesNoFiles: (provider, source) =>
      `${provider} no acepta archivos, solo direcciones: pon «${source}» donde el proveedor pueda descargarlo y da su dirección https.`,
    tooLarge: 'Este archivo tiene más de 2 GiB; ningún proveedor lo acepta.',
    tooMuch:
      'Los archivos traídos para encargos en la última hora llenan todo el sitio reservado para ellos, así que este no se aceptó. Haz antes los encargos con esos, o da la ruta del archivo a «video-inbox submit».',
    diskFull:
      'Queda muy poco sitio en el disco para este archivo, así que no se aceptó. Tus vídeos no se tocan. Haz sitio y elige el archivo de nuevo.',
  },
  storage: {
    'journal-cut': ({ folder }) =>
      `Otro programa recortó o quitó un archivo de ${String(folder)} mientras la bandeja funciona. Tus vídeos y los callbacks nuevos no se ven afectados, y la biblioteca aún sabe lo que decía: no borres la carpeta index que está al lado. Una copia de seguridad de la carpeta journal devuelve lo que falta; "video-inbox doctor" dice más.`,
    'downloads-wait': ({ limitBytes }) =>
      `Quedan menos de ${mebi(limitBytes)} libres en el disco de la biblioteca, así que los vídeos nuevos esperan su descarga; los callbacks se guardan como siempre. Libera espacio antes de que caduquen los enlaces de los vídeos: las descargas siguen por sí solas.`,
    'downloads-elsewhere': ({ limitBytes }) =>
      `Quedan menos de ${mebi(limitBytes)} libres en el disco de la biblioteca, así que esta máquina no descarga vídeos: lo hacen las otras. Los callbacks se guardan como siempre. Libera espacio y volverá a descargar por sí sola.`,
    'disk-filling': ({ limitBytes }) =>
      `El disco de la biblioteca está casi lleno. Puede que los vídeos grandes ya esperen sitio; con menos de ${mebi(limitBytes)} libres esperan todos los nuevos. Libera espacio pronto.`,
    'disk-full': () =>
      `El disco está lleno, así que ${refusing}. ${providersRetry}: libera espacio y la bandeja sigue por sí sola.`,
    'disk-low': ({ limitBytes }) =>
      `Quedan menos de ${mebi(limitBytes)} libres en el disco de la biblioteca, así que ${refusing}. ${providersRetry}: libera espacio y la bandeja sigue por sí sola.`,
    'folder-missing': ({ folder }) =>
      `La carpeta de la biblioteca ${String(folder)} ha desaparecido, así que ${refusing}. Ponla de nuevo en su sitio (o conecta su disco) y la bandeja sigue por sí sola.`,
    'folder-moved': ({ folder }) =>
      `La carpeta de la biblioteca ${String(folder)} se movió o cambió de nombre con la bandeja en marcha, así que ${refusing}. Devuélvela y la bandeja sigue por sí sola, o ciérrala y arráncala con el sitio nuevo.`,
    'other-writer': ({ folder }) =>
      `Otro Video Inbox ha abierto la biblioteca de ${String(folder)}, o se puso una copia más antigua en su lugar. Este rechaza los callbacks para que no se mezcle nada. Cierra uno de los dos y arranca este de nuevo.`,
    unwritable: ({ folder, reason }) =>
      `El disco no deja escribir en ${String(folder)} (${String(reason)}), así que ${refusing}. Revisa el disco; la bandeja sigue por sí sola en cuanto pueda escribir.`,
    'slow-disk': ({ seconds: taken }) =>
      `El disco ha tardado más de ${String(taken)} segundos en guardar un callback. No se ha perdido nada, pero los proveedores pueden dejar de esperar: mira qué mantiene ocupado el disco.`,
    'database-away': () =>
      `La base de datos compartida no responde, así que ${refusing}. ${providersRetry}: revisa el servidor y el camino hasta él, y la bandeja sigue por sí sola.`,
    'database-behind': () =>
      'La base de datos compartida no se puede usar ahora, así que los callbacks se responden con 503 y los proveedores lo intentan de nuevo un tiempo. Lo que llega se guarda igualmente en esta máquina y se envía solo: revisa el servidor y el camino hasta él.',
    'database-full': () =>
      `El disco de la base de datos compartida está lleno, así que ${refusing}. Libera espacio en su servidor; la bandeja sigue por sí sola.`,
    'database-replaced': () =>
      'La base de datos compartida no es aquella con la que empezó esta ejecución: se restauró, o una copia más antigua ocupó su lugar. Se rechazan los callbacks para que no se mezcle nada; los proveedores lo reintentan durante un tiempo. Cierra la bandeja y arráncala de nuevo, en cada máquina: entonces envía lo que le falta a la base de datos.',
  },
  storageAnswers: {
    'disk-full': `El disco está lleno, así que no se guardó nada; libera espacio y ${sendAgain}.`,
    'disk-low': `El disco tiene muy poco sitio, así que no se guardó nada; libera espacio y ${sendAgain}.`,
    'folder-missing': `No se puede llegar a la biblioteca, así que no se guardó nada; ${sendAgain}.`,
    'folder-moved': `No se puede llegar a la biblioteca, así que no se guardó nada; ${sendAgain}.`,
    'other-writer': `Otro Video Inbox se ha hecho con esta biblioteca, así que no se guardó nada; ${sendAgain}.`,
    unwritable: `El callback no se pudo guardar; ${sendAgain}.`,
    'slow-disk': `El callback no se pudo guardar; ${sendAgain}.`,
    'database-away':
      'El registro compartido no responde, así que no es seguro que se haya guardado; envíalo de nuevo, cuenta una sola vez.',
    'database-behind':
      'Está guardado aquí, pero aún no en el registro compartido; envíalo de nuevo, cuenta una sola vez.',
    'database-full': `El registro compartido no acepta nada ahora mismo, así que no se guardó nada; ${sendAgain}.`,
    'database-refuses': `El registro compartido no acepta nada ahora mismo, así que no se guardó nada; ${sendAgain}.`,
    'database-replaced': `El registro compartido fue sustituido por otro, así que no se guardó nada; ${sendAgain}.`,
    closing: 'La bandeja se está cerrando; envíalo de nuevo en un momento.',
    'too-many': 'Demasiados callbacks a la vez; envíalo de nuevo en un momento.',
  },
  store: {
    progress: (files, size) => `${number(files)} archivos, ${bytes(size)} ya están`,
    moved: (files, wereThere) =>
      `Se llevaron y compararon ${count(files, { one: '# archivo', other: '# archivos' })}${wereThere === 0 ? '' : `; ${number(wereThere)} ya estaban`}. Los antiguos se han quitado.`,
    left: (left) =>
      `Archivos que se quedan en el almacén porque ninguna tarea de esta biblioteca los nombra: ${number(left)}. Son de otra biblioteca, o de una máquina que se paró antes de enviar todo lo que tomó. Arráncala como antes hasta que "video-inbox status" diga allí 0 por enviar, párala y ejecuta esto de nuevo.`,
    bytesLeft:
      'Sus datos siguen en el bucket: no se pudieron eliminar por ahora, o hay vídeos de otra biblioteca en la misma carpeta. Ejecuta esto de nuevo para volver a intentarlo, o vacía allí la carpeta cuando nadie la necesite.',
    useShelf: 'A partir de ahora arranca la bandeja con VIDEO_INBOX_STORE_URL puesto a esta dirección.',
    useDisk: 'A partir de ahora arranca la bandeja sin VIDEO_INBOX_STORE_URL.',
  },
  sync: {
    noSuchFile: 'Ningún vídeo guardado de esta biblioteca tiene este SHA-256.',
    noCertificate: (file, reason) =>
      `El certificado o la clave de ${file} no se puede usar: ${reason}. Arréglalo, o arranca sin --sync-cert ni --sync-key detrás de un proxy tuyo.`,
    identityBroken: (file) =>
      `El archivo que dice quién es esta máquina para las demás (${file}) no se puede leer. Recupéralo de una copia de seguridad. Si no la hay, quítalo y arranca de nuevo: para las demás será entonces una máquina nueva, y sus copias deben conectarse de nuevo. Tus vídeos no se tocan.`,
  },
  tunnel: {
    none: 'No hay ningún túnel, así que solo los programas de este equipo llegan a la URL de callback.',
    tokenMissing:
      'El túnel necesita tu authtoken de ngrok. Pégalo en los ajustes o ejecuta "video-inbox tunnel set-token". Hasta entonces la bandeja funciona solo en este equipo.',
    stopped: 'El túnel está apagado, así que solo los programas de esta máquina llegan a la URL de callback.',
    refused: {
      '105': `Esto no es un authtoken de ngrok, así que los callbacks no pueden llegar. Copia el authtoken de ${tokenPage} y pégalo en Ajustes.`,
      '106': `Este authtoken es de la primera versión de ngrok y ya no funciona, así que los callbacks no pueden llegar. Copia el actual de ${tokenPage} y pégalo en Ajustes.`,
      '107': `ngrok ya no acepta este authtoken: se reinició o revocó, o su cuenta perdió el acceso. Los callbacks no pueden llegar hasta que copies uno nuevo de ${tokenPage} y lo pegues en Ajustes.`,
      '108': `Tu cuenta de ngrok tiene tantos agentes en línea como permite su plan (tres en el gratuito). Los callbacks no pueden llegar hasta que cierres ngrok en otra máquina o termines una sesión olvidada en dashboard.ngrok.com/agents; ${keepsTrying}`,
      '120':
        'ngrok ya no admite esta versión de su agente, así que los callbacks no pueden llegar. Actualiza Video Inbox.',
      '320': `El dominio de Ajustes es de otra cuenta de ngrok, así que los callbacks no pueden llegar. Elige uno que aparezca en ${domainPage}.`,
      '324':
        'ngrok rechaza otro endpoint en esta sesión, así que los callbacks no pueden llegar. Cierra otros endpoints en dashboard.ngrok.com/endpoints y comprueba de nuevo.',
      '326': `El dominio de Ajustes no es uno que ngrok conozca, así que los callbacks no pueden llegar. Elige uno que aparezca en ${domainPage}.`,
      '334': `Tu dirección pública ya está en línea desde otro sitio, así que los callbacks van allí y no aquí. Cierra la otra copia de Video Inbox o ngrok, o elige otro dominio en Ajustes; ${keepsTrying}`,
      '702':
        'ngrok responde que hubo demasiadas peticiones en poco tiempo, así que algunos callbacks se rechazaron. Video Inbox lo intenta de nuevo en un minuto.',
      '727':
        'Las peticiones de este mes de tu plan de ngrok se han agotado, así que los callbacks no pueden llegar. Mejora el plan en dashboard.ngrok.com/billing o espera al mes que viene; la mayoría de resultados aún se puede descargar a mano.',
      '734':
        'ngrok responde que hubo demasiadas conexiones en poco tiempo, así que los callbacks no pueden llegar. Video Inbox lo intenta de nuevo en un minuto.',
      '1214':
        'ngrok responde que tu cuenta hace demasiado en poco tiempo, así que los callbacks no pueden llegar. Video Inbox lo intenta de nuevo en un minuto.',
      '4018': `ngrok quiere un authtoken de una cuenta con correo verificado, así que los callbacks no pueden llegar. Verifica la cuenta, copia el authtoken de ${tokenPage} y pégalo en Ajustes.`,
      '4027':
        'El ancho de banda de este mes de tu plan de ngrok se ha agotado, así que los callbacks no pueden llegar. Mejora el plan en dashboard.ngrok.com/billing o espera al mes que viene; la mayoría de resultados aún se puede descargar a mano.',
      '9040':
        'Tu cuenta de ngrok no permite agentes desde esta red, así que los callbacks no pueden llegar. Permite esta dirección IP en dashboard.ngrok.com/ip-policies o usa otra red.',
    },
    refusedOther: (code) =>
      `ngrok rechazó la conexión con ERR_NGROK_${code}, así que los callbacks no pueden llegar. Mira ngrok.com/docs/errors/err_ngrok_${code}; ${keepsTrying}`,
    trouble: {
      'no-module':
        'Falta la parte de ngrok que este sistema necesita, así que no hay dirección pública; los callbacks de esta máquina siguen funcionando. Instala Video Inbox de nuevo o usa --public-url con un proxy tuyo.',
      unreachable: `No se puede llegar a ngrok, así que los callbacks no pueden llegar. Revisa la conexión a internet y si un cortafuegos bloquea el puerto 443 de connect.ngrok-agent.com; ${keepsTrying}`,
      tls: `No se pudo establecer la conexión segura con ngrok, así que los callbacks no pueden llegar. Un proxy, cortafuegos o antivirus puede estar leyendo el tráfico cifrado: deja pasar connect.ngrok-agent.com; ${keepsTrying}`,
      hung: `ngrok no responde, así que los callbacks no pueden llegar. Revisa la conexión a internet o mira status.ngrok.com; ${keepsTrying}`,
      lost: 'Se perdió la conexión con ngrok, así que los callbacks no pueden llegar. Video Inbox se está conectando de nuevo.',
      frozen:
        'ngrok dejó de responder por una conexión que parece sana, así que los callbacks no pueden llegar. Video Inbox se está conectando de nuevo.',
      died: 'El proceso que mantiene la conexión con ngrok terminó de forma inesperada, así que los callbacks no pueden llegar. Video Inbox lo arranca de nuevo; si se repite, el registro tiene los detalles.',
      unknown: `La conexión con ngrok falló por un motivo que Video Inbox no conoce, así que los callbacks no pueden llegar. El registro tiene los detalles; ${keepsTrying}`,
    },
    probe: {
      timeout:
        'Una petición de prueba a tu dirección pública no recibió respuesta a tiempo, así que pueden perderse callbacks. Video Inbox lo intenta de nuevo por sí solo; si sigue igual, mira status.ngrok.com.',
      unreachable:
        'No se pudo llegar a tu dirección pública desde esta máquina, así que pueden perderse callbacks. Revisa la conexión a internet y si un cortafuegos o filtro DNS bloquea la dirección.',
      certificate:
        'No se pudo comprobar el certificado de tu dirección pública, así que no se sabe si llegan los callbacks. Un proxy o antivirus de esta máquina puede estar leyendo el tráfico cifrado.',
      'offline-endpoint':
        'ngrok dice que no hay nada en línea tras tu dirección pública, así que se pierden callbacks. Video Inbox se está conectando de nuevo.',
      upstream:
        'Tu dirección pública funciona, pero el receptor de callbacks de Video Inbox no respondió detrás de ella, así que se pierden callbacks. Reinicia Video Inbox.',
      limit:
        'ngrok rechaza peticiones a tu dirección pública porque se alcanzó un límite de tu plan, así que se pierden callbacks. Mira dashboard.ngrok.com/usage.',
      elsewhere:
        'En tu dirección pública responde otra cosa, así que los callbacks no llegan a Video Inbox. Comprueba que la dirección, el proxy o el dominio apunte a esta máquina.',
      waiting:
        'La conexión con ngrok se rehízo muchas veces en poco tiempo; para ahorrar peticiones de tu plan, se probará de nuevo en unos minutos. Hasta entonces pueden perderse callbacks.',
    },
    probeOwnProxy:
      'Una petición de prueba a tu URL pública no volvió a Video Inbox, así que pueden perderse callbacks. Comprueba que el proxy esté en marcha y pase /c/ al puerto de callbacks. Algunos routers no dejan que una máquina llegue a su propia dirección pública; entonces esta prueba falla aunque lleguen callbacks.',
    urlChanged: ({ from, to, since }) =>
      `Tu dirección pública cambió el ${since} de ${from} a ${to}: las tareas iniciadas antes siguen llamando a la antigua, así que descarga sus resultados a mano y usa la nueva URL desde ahora.`,
    fixDomain: `Pon el dominio propio de tu cuenta en Ajustes (gratis en ${domainPage}) y la URL de callback no cambiará nunca más.`,
    authtoken: {
      empty: `Pega tu authtoken de ngrok: está en ${tokenPage}.`,
      spaces: `Un authtoken es una sola palabra sin espacios. Cópialo de nuevo de ${tokenPage}.`,
      characters: `Un authtoken solo lleva letras, cifras y un guion bajo. Cópialo de nuevo de ${tokenPage}.`,
      tooShort: `Esto es demasiado corto para un authtoken. Cópialo de nuevo de ${tokenPage}.`,
      tooLong: `Esto es demasiado largo para un authtoken. Cópialo de nuevo de ${tokenPage}.`,
      otherKind: `Esto es el nombre de una clave o credencial, no el propio authtoken. Copia el authtoken de ${tokenPage}.`,
      otherService: `Esto es una clave de otro servicio. Copia el authtoken de ngrok de ${tokenPage}.`,
      v1: `Esto parece un authtoken de la primera versión de ngrok, que ya no funciona. Copia el actual de ${tokenPage}.`,
      link: 'Esto es un enlace, no el authtoken. Ábrelo, copia el authtoken y pega eso.',
    },
    domain: {
      notADomain: `Esto no es un nombre de dominio. Cópialo de ${domainPage}; es como your-name.ngrok-free.dev.`,
      wildcard: 'Aquí no se puede usar un comodín. Elige un nombre de dominio completo.',
    },
  },
  twin: {
    noToken:
      'La bandeja de la otra máquina necesita un token. Crea uno allí con «video-inbox api-key new --scope twin» y ponlo aquí: «video-inbox secret set TWIN_TOKEN» o VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    ownLibrary:
      'Esta biblioteca tiene vídeos propios y --twin hace una copia de otra. Arranca con otro --data-dir; no se cambió nada.',
    ownVideos:
      'Esta biblioteca tiene vídeos propios y una copia ocuparía su lugar. Arranca con una biblioteca vacía (otra carpeta de datos) y conecta esa; no se cambió nada.',
    noAddress: 'La dirección de la otra bandeja empieza por https:// o http://, como indica su «--sync-port».',
    byFlag:
      'De qué bandeja es copia esta se dijo al arrancar, con --twin, VIDEO_INBOX_DATABASE_URL o el entorno. Cámbialo ahí; no se cambió nada.',
    otherTwin:
      'En esta dirección responde otra bandeja que aquella de la que esta biblioteca es copia. No se tomó nada de ella.',
    refused:
      'La bandeja de la otra máquina no acepta el token. Crea uno nuevo allí con «video-inbox api-key new --scope twin» y ponlo aquí: «video-inbox secret set TWIN_TOKEN» o VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    away: 'No se puede llegar ahora a la bandeja de la otra máquina. Sigue aceptando callbacks; lo que tenga llegará en cuanto se pueda.',
    certificate: (code) =>
      `El certificado de la bandeja de la otra máquina no es de confianza en esta (${code}), así que no se le pidió nada. NODE_EXTRA_CA_CERTS=ARCHIVO en el entorno de esta bandeja nombra uno en el que confiar.`,
    catchingUp: (waiting) =>
      `Esta copia se está poniendo al día con la bandeja de la otra máquina. Cambios que aún faltan: unos ${number(waiting)}. Lo que ya está aquí se puede usar mientras tanto.`,
    onlyHere: (count, names) =>
      `La bandeja de la otra máquina volvió a un estado anterior, como el de una copia de seguridad. Tareas que ahora solo están aquí: ${number(count)} (${names}). Se quedan aquí, con los vídeos que ya se habían traído. Para tenerlas también allí: "video-inbox export TASK_ID --to DIR --metadata" aquí y "video-inbox import DIR" allí.`,
    notTaken: (count, names) =>
      `La bandeja de la otra máquina no aceptó cambios de esta copia: quizá es una versión anterior. Se quedan solo aquí y ningún vídeo se ha tocado. Tareas: ${number(count)} (${names}). Actualiza la bandeja de allí y vuelve a hacer los cambios aquí, o hazlos allí.`,
    noTunnelThere:
      'La bandeja de la otra máquina no tiene dirección pública, así que solo los programas del equipo donde funciona llegan a su URL de callback. Hazla accesible allí.',
    newerThere:
      'La bandeja de la otra máquina es una versión más nueva: esta copia no puede leer algunos de sus cambios y los deja fuera; toma todos los demás. Actualiza esta copia y tomará también esos. Ningún vídeo se ha tocado.',
    notSync: (status) =>
      `Lo que responde en la dirección de la bandeja de la otra máquina no es su puerto para copias (HTTP ${String(status)}): es otro puerto suyo, una página de acceso de la red o un proxy que lleva a otro sitio. No se tomó nada de ahí y lo de aquí se queda. La dirección es la que muestra allí «serve --sync-port».`,
    troubled: (status) =>
      `La bandeja de la otra máquina, o un proxy delante de ella, responde que ahora no puede (HTTP ${String(status)}). Lo de aquí se queda y las marcas esperan aquí; esta copia sigue intentándolo. Si dura, míralo allí con «video-inbox status»: puede que mientras tanto no acepte callbacks.`,
    leadsElsewhere: (origin) =>
      `La dirección de la bandeja de la otra máquina lleva a ${origin}, y el token solo se envía a la dirección que se puso. Lo de aquí se queda. Si esa es tu bandeja, conecta de nuevo con ella.`,
    expired:
      'El certificado de la bandeja de la otra máquina ha caducado, o el reloj de esta máquina está mal, así que no se le pidió nada. Lo de aquí se queda. Renueva el certificado allí: esa bandeja lo toma en un minuto; un proxy delante de ella, cuando se recargue.',
    otherName:
      'El certificado de la bandeja de la otra máquina es para otro nombre que el de la dirección, así que no se le pidió nada. Lo de aquí se queda. Conecta de nuevo con el nombre del certificado, o haz que se emita para este.',
    noTls:
      'En la dirección de la bandeja de la otra máquina nada habla TLS como debe, así que no se le pidió nada. Lo de aquí se queda. Si esa bandeja no tiene certificado, su dirección empieza por http://, como dice al iniciar.',
    needsTls:
      'En la dirección de la bandeja de la otra máquina solo se habla TLS, y la dirección empieza por http://, así que no llegó nada. Lo de aquí se queda. Indica la misma dirección con https://.',
    proxy: (host, errno) =>
      `No se puede llegar a la bandeja de la otra máquina: el proxy ${host} no deja pasar nada (${errno}). Lo de aquí se queda. Revisa el proxy en los ajustes de esta máquina o de Video Inbox, o nombra el host de esa bandeja en NO_PROXY.`,
    itself:
      'La bandeja de esta dirección es esta misma, o una copia de ella: los callbacks no llegarían a ninguna, y no se tomó nada. Pon la dirección de la bandeja que recibe los callbacks, o haz que esta no sea copia.',
    cameApart: (count, names) =>
      `Tareas que llegaron mientras esta bandeja no era copia y que solo están aquí: ${number(count)} (${names}). Una copia no descarga vídeos de los proveedores: lo que no se había guardado no se descarga mientras lo sea, y su enlace caduca. Desconecta hasta que se guarde. Para tenerlas también allí: "video-inbox export TASK_ID --to DIR --metadata" aquí y "video-inbox import DIR" allí.`,
    notThere:
      'Esto lo hace la bandeja de la otra máquina, y ella no tiene esta tarea. No se cambió nada y el vídeo se queda aquí. Impórtalo antes allí, o desconecta esta copia y hazlo aquí.',
    onlyThere:
      'Esto lo hace la bandeja de la otra máquina y ahora no se puede llegar a ella. No se cambió nada; inténtalo cuando se pueda.',
    diskLow: (limitBytes) =>
      `Quedan menos de ${mebi(limitBytes)} libres en el disco de esta copia, así que no trae más vídeos por sí sola; los que alguien abra siguen llegando. No se pierde ningún vídeo: están en la bandeja de la otra máquina, que acepta callbacks como siempre. Libera espacio o elige en los ajustes que se traigan menos.`,
    diskFilling: (limitBytes) =>
      `El disco de esta copia está casi lleno: con menos de ${mebi(limitBytes)} libres no trae más vídeos por sí sola. Libera espacio pronto o elige en los ajustes que se traigan menos.`,
    diskFull:
      'El disco de esta copia está lleno: lo nuevo de la bandeja de la otra máquina espera allí y aquí no se puede marcar nada. No se pierde ningún vídeo, y esa bandeja acepta callbacks como siempre. Libera espacio y esta copia sigue por sí sola.',
    folderAway: (folder) =>
      `Esta copia no puede guardar nada en ${folder}: lo nuevo de la bandeja de la otra máquina espera allí y aquí no se puede marcar nada. No se pierde ningún vídeo, y esa bandeja acepta callbacks como siempre. Mira que la carpeta esté en su sitio y que se pueda escribir en su disco: esta copia sigue entonces por sí sola.`,
    diskSlow: (taken) =>
      `El disco de esta copia ha tardado más de ${String(taken)} segundos en guardar lo que vino de la bandeja de la otra máquina o se marcó aquí. No se pierde ningún vídeo, y esa bandeja acepta callbacks como siempre: mira qué mantiene ocupado el disco.`,
    notHere: 'Esta bandeja es copia de una en otra máquina, que es la que hace esto. Hazlo allí; no se cambió nada.',
  },
};

function orderProblem({
  field,
  code,
  params,
}: Parameters<NonNullable<CorePack['providers']['orderProblem']>>[0]): string {
  const show = (name: string): string => String(params[name] ?? '');
  switch (code) {
    case 'missing':
      return `Falta ${field}.`;
    case 'too-long':
      return `${field} tiene ${show('length')} caracteres; se aceptan ${show('max')} como máximo.`;
    case 'no-choice':
      return `${field} no puede ser «${show('value')}»; puede ser ${show('choices')}.`;
    case 'no-number':
      return `${field} debe ser un número.`;
    case 'too-small':
      return `${field} debe ser como mínimo ${show('min')}.`;
    case 'too-large':
      return `${field} debe ser como máximo ${show('max')}.`;
    case 'too-many':
      return `${field} acepta ${show('max')} como máximo, no ${show('count')}.`;
    case 'no-place':
      return `Este modelo no admite ${field === 'image' ? 'imágenes' : 'vídeos'}, y sin eso saldría otro vídeo. Quítalo o elige un modelo que lo admita.`;
    case 'said-twice':
      return `${field} aparece dos veces con valores distintos y solo se enviaría uno. Quita uno de los dos.`;
    case 'file-too-large':
      return `${field} puede tener como máximo ${megabytes(params['maxBytes'], 'demasiado')}; este archivo tiene ${megabytes(params['sizeBytes'], 'demasiado')}. Hazlo más pequeño e inténtalo de nuevo.`;
    case 'video-too-long':
      return `${field} puede durar como máximo ${show('maxSeconds')} s; este dura ${seconds(params['seconds'], 'más')}. Córtalo e inténtalo de nuevo.`;
    case 'only-beginning':
      return `Solo se usan los primeros ${show('usedSeconds')} s de ${field}; este dura ${seconds(params['seconds'], 'más')}.`;
    case 'unknown-field':
      return `${field} no es un campo de este modelo; se envía, y el proveedor puede ignorarlo.`;
  }
}
