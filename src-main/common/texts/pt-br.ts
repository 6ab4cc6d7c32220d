/** Brazilian Portuguese. Commands, flags, names of providers, keys and fields stay as they are written. */
import { isOfDisk } from '../download-trouble.ts';
import { providerName, providers } from '../providers/catalog.ts';
import { amounts, ended } from './amounts.ts';
import type { CorePack } from './core-packs.ts';
import { faultIn, isUnreached, type FaultWords } from './en-providers.ts';

const { bytes, count, kibi, mebi, megabytes, number, seconds } = amounts('pt-BR');

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';
const keepsTrying = 'o Video Inbox continua tentando.';
const noCallbacks = 'os callbacks não conseguem chegar';
const refusing = 'os callbacks são recusados e nada novo é guardado';
const goesOn = 'os provedores tentam de novo por um tempo, e a caixa continua sozinha';
const sendAgain = 'envie de novo';

const faults: FaultWords = {
  'no-api': 'O Video Inbox não consegue consultar este provedor; os callbacks dele são aceitos mesmo assim.',
  'no-key': 'Não há chave para este provedor. Defina uma, e tudo o que espera por ela continua sozinho.',
  'bad-key':
    'O provedor não aceita sua chave: está errada, foi revogada ou não tem permissão. Defina outra; nada se perde enquanto isso.',
  'no-credits': 'Seus créditos acabaram. Recarregue sua conta no provedor e tente de novo.',
  'key-limit': 'Esta chave atingiu o próprio limite de gastos. Aumente-o no provedor ou defina outra chave.',
  'rate-limited': 'O provedor diz que houve pedidos demais. Tente de novo em um minuto.',
  'not-found': 'O provedor não conhece esta tarefa.',
  invalid: 'O provedor não aceita o que foi enviado.',
  moderated: 'O filtro de conteúdo do provedor barrou isto. Mude o prompt ou a origem e tente de novo.',
  'input-unreachable':
    'O provedor não conseguiu baixar a origem. Ela precisa estar em um endereço https público; um arquivo seu é enviado quando você dá o caminho dele.',
  account:
    'Há algo errado com a sua conta no provedor, por isso ele não aceita nada de você. Veja a conta lá e tente de novo.',
  'too-many-running':
    'Já estão sendo criados tantos vídeos seus quanto a sua conta permite ao mesmo tempo. Espere um terminar e tente de novo.',
  'blocked-place':
    'A sua conta no provedor só permite certos endereços, e o deste computador não está entre eles. Adicione-o lá e tente de novo.',
  maintenance: 'O provedor está em manutenção. Tente mais tarde.',
  server: 'Algo falhou no provedor. Tente mais tarde.',
  ended: 'O provedor desistiu desta tarefa.',
  disabled: 'O provedor desativou isto.',
  timeout: 'O provedor não respondeu a tempo.',
  network: 'A conexão com o provedor caiu ou não existe.',
  certificate:
    'O certificado do endereço do provedor não é confiável neste computador: o relógio pode estar errado, ou um proxy ou antivírus lê o tráfego cifrado. NODE_EXTRA_CA_CERTS=ARQUIVO no ambiente do Video Inbox indica um em que confiar.',
  proxy:
    'Não foi possível alcançar o proxy, ou ele não deixa passar nada, então nada chegou ao provedor. Verifique o proxy nas configurações desta máquina ou do Video Inbox.',
  unreadable: 'O provedor respondeu de um jeito que não dá para entender.',
  'no-address': 'Só a resposta ao pedido diz onde consultar esta tarefa, e ela foi pedida em outro lugar.',
  interrupted: 'O Video Inbox foi encerrado antes de o provedor responder.',
  stopped: 'O Video Inbox foi encerrado antes de enviar.',
};
const longPause = (minutes: number): string =>
  `O provedor diz que houve pedidos demais e quer uma pausa de ${minutes < 60 ? `${String(minutes)} minutos` : 'uma hora ou mais'}. Peça de novo depois disso.`;
const fault = (code: string, said: string | null, pauseMinutes?: number): string => {
  const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
  return said === null ? ours : `${ours} Ele disse: ${ended(said)}`;
};
const unreached = (provider: string, why: string): string =>
  `Não foi possível chegar a ${providerName(provider)}, então nada foi pedido nem pago. ${why} Peça de novo quando isso estiver resolvido.`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, fault(code, said))
    : `${providerName(provider)} recusou o pedido, e nada foi feito. ${fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string =>
  `${why} Assim terminou o pedido com este id; um novo pedido precisa de um id próprio.`;
const formats = { json: 'uma mensagem JSON', xml: 'uma mensagem XML', text: 'um texto' } as const;
const ids = 'data.taskId, data.task_id, taskId, task_id, request_id, data.id, id e nomes que terminam em id';

export const pack: CorePack = {
  errors: { broken: 'Algo falhou no Video Inbox. Seus vídeos estão seguros no disco; o log tem os detalhes.' },
  access: {
    notThisServer: 'Este endereço não é o do servidor local.',
    otherSite: 'Pedidos de outros sites são recusados.',
    signIn:
      'Esta galeria precisa da chave dela. Abra-a pelo aplicativo ou com o endereço que "video-inbox status" mostra.',
    noCookies:
      'Este navegador não guarda nenhum cookie deste endereço, e a galeria reconhece você por um. Permita os cookies deste endereço nas configurações do navegador e abra a galeria de novo do mesmo jeito.',
    scriptKey:
      'Esta chave é para scripts: não cria chaves, não define segredos nem transforma esta caixa em cópia de outra. Nada foi alterado; faça isso na galeria ou com um comando do video-inbox.',
    twinKey:
      'Esta chave é para cópias desta caixa (gêmeas) e aqui não abre nada. Scripts precisam de uma própria: “video-inbox api-key new” a cria.',
    callTooLarge: 'A chamada é grande demais.',
    noArguments: 'Uma chamada precisa de uma lista JSON de argumentos como corpo.',
  },
  callbacks: {
    noUrlAtAll: 'não há URL de callback',
    labelLength: (most) => `Uma URL de callback precisa de um nome de 1 a ${number(most)} caracteres.`,
    unknownProvider: (name) => `Não há provedor "${name}".`,
    noSuchUrl: 'Essa URL de callback não existe mais.',
    filmNotStored: 'O vídeo do callback não pôde ser guardado; envie de novo.',
    noSuchRequest: (n) => `Não há mais uma requisição ${n} na lista.`,
    nothingToReplay: 'O leitor atual também não acha uma tarefa neste corpo, então nada foi mudado.',
    forwardTo: (given) => `"${given}" não é um endereço como http://localhost:3000/hooks/kie.`,
    unknownSample: (id, known) => `Não há callback de amostra para "${id}". Conhecidos: ${known}.`,
    sampleUnreadable: 'não foi possível ler um callback de amostra',
    testNotArrived:
      'O callback de teste não chegou à caixa, então um real também não chegaria. Verifique o túnel e tente de novo.',
    testRefused:
      'O callback de teste recebeu 404, então um real também pode ser recusado. Ou outra coisa responde no endereço público, ou suas configurações só deixam alguns endereços entregar (callbacks.allowAddresses) e o desta máquina não é um deles.',
    testAnswered: (status, answer) =>
      `O callback de teste recebeu ${status}, então um real também pode ser recusado: ${answer}`,
  },
  commands: {
    unknownCall: (name) => `Não há chamada "${name}".`,
    callNotUnderstood: (name, where, problem) => `Não dá para entender a chamada "${name}": ${where}: ${problem}.`,
    missing: (what) => `Falta ${what}. "video-inbox help" mostra como se digita cada comando.`,
    filmGone: (file) => `${file} não está mais lá. "video-inbox doctor" diz o que mais falta.`,
    programFileMissing: (file) =>
      `Falta um arquivo do próprio Video Inbox (${file}), então este comando não pode rodar. Seus vídeos continuam intactos. Instale o Video Inbox de novo; em uma cópia do código, rode "npm run build".`,
    outputLost: (reason) => `Não deu para gravar a saída: ${reason}. Grave em outro lugar e tente de novo.`,
    orderOutputLost: (reason) =>
      `Não deu para gravar o resultado do pedido: ${reason}. Não peça de novo antes de olhar: "video-inbox list" mostra se foi pedido.`,
    madeAllTheSame: (key) =>
      `Mesmo assim, o pedido foi feito; não peça de novo. "video-inbox wait ${key}" espera os vídeos.`,
    bodyCut: (n) => `Da requisição ${n} só ficou o começo, então não dá para lê-la nem enviá-la de novo.`,
    bodyNotKept: (n) => `O corpo da requisição ${n} não foi guardado, então não dá para lê-la nem enviá-la de novo.`,
    arguments: 'Os argumentos',
    surplus: (argument) => `"${argument}" é um argumento a mais.`,
    notBoth: (one, other) => `--${one} e --${other} não combinam. Tire um dos dois.`,
    flagMustBe: (flag, meaning, given) => `--${flag} deve ser ${meaning}, não "${given}".`,
    unknownCommand: (name, known, likely) =>
      `Não há comando "${name}".${likely === null ? '' : ` Você quis dizer "${likely}"?`} Comandos conhecidos: ${known}. "video-inbox help" explica cada um.`,
    unknownApiKeyCommand: (what) => `Não há "api-key ${what}"; conhecidos: api-key new, list, revoke ID.`,
    unknownScope: (given) => `--scope deve ser "local" ou "twin", não "${given}".`,
    noLibrary: (dataDir) =>
      `Ainda não há biblioteca em ${dataDir}. "video-inbox serve" cria uma lá; --data-dir indica outro lugar.`,
    exportTaken: (file) => `${file} já existe e fica como está. Escolha uma pasta vazia com --to.`,
    exportRefused: (folder, reason) =>
      `Não dá para gravar as cópias em ${folder}: ${reason}. Escolha outra pasta com --to.`,
    exportInside: (folder) =>
      `${folder} é um lugar dos arquivos da própria biblioteca, então nada foi copiado. Escolha com --to uma pasta fora da biblioteca.`,
    exportWhere: 'Diga para onde vão as cópias: --to DIR.',
    notExported: (id) => `Não há tarefa "${id}" nesta biblioteca, então nada foi exportado.`,
    unknownState: (known, given) => `--state deve ser um de ${known}, não "${given}".`,
    searchTooLong: (most, given) =>
      `Uma busca tem no máximo ${most} caracteres, e esta tem ${given}. Tire algumas palavras.`,
    noSuchRequest: (n) => `Não há requisição ${n}; "video-inbox requests" lista todas.`,
    noRequestNumber: (given) => `"${given}" não é o número de uma requisição; "video-inbox requests" lista todas.`,
    notInLibrary: (id) => `Não há tarefa "${id}" nesta biblioteca. "video-inbox list" mostra as que há.`,
    overBudget: (cost, budget, where) =>
      `Isto costuma custar ${number(cost)} créditos, mais que os ${number(budget)} de ${where}, então nada foi pedido. Peça com um ${where} maior, ou sem ele.`,
    costUnknown: (where) =>
      `Aqui não se sabe quanto isto custa, então nada consegue respeitar ${where}, e nada foi pedido. Veja o preço no provedor e peça sem ${where}: a partir do resultado o preço é conhecido.`,
    paramForm: (given) => `--param deve ser NAME=JSON, como seed=7, não "${given}".`,
    tagWhat: 'Diga o que mudar: --add TAG, --remove TAG ou ambos.',
    notTagged: (id) => `Não há tarefa "${id}" nesta biblioteca, então nada foi marcado.`,
    unknownTunnelCommand: (what) => `Não há "tunnel ${what}"; conhecido: tunnel set-token.`,
    notHere: (key, n) =>
      `O vídeo ${n} de ${key} está salvo, mas não neste computador. "video-inbox export ${key} --to DIR" o traz para cá.`,
    despiteFailure: (place) => `Mesmo assim, o provedor indicou um vídeo, que está aqui: ${place}`,
    filmToCome: (key) =>
      `Mesmo assim, o provedor indicou um vídeo, que está sendo baixado. "video-inbox show ${key}" diz o que foi feito dele.`,
    draftHere: (place) => `O que o provedor mostrou durante a criação está aqui; pode ser um rascunho: ${place}`,
    notKnown: (id) => `Esta caixa não conhece a tarefa "${id}".`,
    linkToNothing: (place) =>
      `${place} é um link, e aquilo a que ele leva não está lá, então não foi importado. Traga-o de volta ou informe o próprio vídeo.`,
    noSuchPath: (place) => `Não há arquivo nem pasta ${place}, então nada foi importado.`,
    nameNotUtf8: (place) =>
      `O nome de ${place} não está escrito em UTF-8, então não pode ser aberto, e nada dele foi importado. Renomeie e importe de novo.`,
    notRead: (place, reason) => `${place}: ${reason}`,
    settingsUsage:
      'Diga o que fazer: "settings list" ou "settings set NAME VALUE" (VALUE "usual": o que vale quando nada é definido).',
    unknownSetting: (word, known) => `Não há configuração "${word}". Nomes conhecidos: ${known}.`,
    storeUsage: 'Diga para onde: video-inbox store move --to s3://bucket/folder?endpoint=…&region=…, ou --to disk.',
    noShelf: 'Não há armazenamento de onde trazer os vídeos. Defina VIDEO_INBOX_STORE_URL com o lugar onde estão.',
    otherBytes: (name) =>
      `${name} tem outros bytes de um lado do que do outro. Fica onde estava, e nada foi removido sem ter sido comparado. Tente de novo; se isso se repetir, o disco ou o servidor que guarda os vídeos está com defeito.`,
    credits: 'um número de créditos',
    wholeNumber: 'um número inteiro de pelo menos 1',
    orderId: 'de 8 a 100 letras, algarismos, pontos e hífens',
    seconds: 'um número de segundos',
    noSuchArgument: (name, known) =>
      `Não há nenhum argumento “${name}”, então nada foi feito. Os conhecidos são: ${known === '' ? 'nenhum' : known}.`,
    argumentMissing: (name, known) => `Falta o argumento “${name}”, então nada foi feito. Os conhecidos são: ${known}.`,
    argumentsUnnamed: (known) =>
      `Os argumentos devem ser um só objeto que os nomeie, então nada foi feito. Os conhecidos são: ${known === '' ? 'nenhum' : known}.`,
    noSuchTool: (name, known) => `Não há nenhuma ferramenta “${name}”, então nada foi feito. Há: ${known}.`,
    promptTooLong: (most, total) =>
      `Um prompt aceita até ${number(most)} caracteres, e este tem ${number(total)}. Tire algumas palavras; nada foi pedido.`,
    argumentNotUnderstood: (where, problem) => `${where}: ${problem}.`,
  },
  config: {
    flagUnknown: (flag, known) => `Não há opção ${flag}. Opções conhecidas: ${known}.`,
    flagNeedsValue: (flag) => `${flag} precisa de um valor; se começa com "-", escreva ${flag}=…`,
    flagTakesNoValue: (flag) => `${flag} não leva valor.`,
    dataDirEmpty: '--data-dir deve indicar uma pasta; está vazio.',
    port: (flag, given) => `--${flag} deve ser uma porta de 0 a 65535 (0 = qualquer porta livre), não "${given}".`,
    syncCert: '--sync-cert e --sync-key andam juntos: um certificado e sua chave, como arquivos PEM.',
    syncHost: (given) => `--sync-host deve ser um endereço desta máquina, como 0.0.0.0, não "${given}".`,
    syncAlone: (flag) =>
      `--${flag} não faz nada sem --sync-port: nenhuma porta para cópias seria aberta. Acrescente --sync-port ou retire-o.`,
    twinMedia: (given) => `--twin-media deve ser "all", "starred" ou "opened", não "${given}".`,
    twinMaxMib: (given) => `--twin-max-mib deve ser um número de MiB, não "${given}".`,
    cacheMib: (given) =>
      `VIDEO_INBOX_CACHE_MIB deve ser um número inteiro de MiB (0 = não guardar nada aqui), não "${given}".`,
    seconds: (flag, given) => `--${flag} deve ser um número de segundos, não "${given}".`,
    tunnel: (given) => `--tunnel deve ser "none" ou "ngrok", não "${given}".`,
    address: (flag, given) => `--${flag} deve ser um endereço como https://inbox.example.com, não "${given}".`,
    host: (flag, given) => `--${flag} deve ser um host ou host:porta como 192.168.1.5:8080, não "${given}".`,
    requireSignature: (known, given) =>
      `--require-signature deve ser "none", "all" ou provedores separados por vírgulas (${known}), não "${given}".`,
    logLevel: (known, given) => `--log-level deve ser um de ${known}, não "${given}".`,
    portTaken: (port, name, isForbidden, flag) =>
      `A porta ${port} para ${name} ${isForbidden ? 'não pode ser usada por este usuário' : 'já está em uso por outro programa'}. Encerre esse programa ou escolha outra porta com --${flag} (0 = qualquer porta livre).`,
    unknownSecret: (name) => `Não há segredo "${name}".`,
    secretOfEnvironment: 'Este segredo vem do ambiente; mude-o lá e inicie de novo.',
    senderAddress: (given) =>
      `"${given}" não é um endereço, então nada foi mudado. Use endereços como 203.0.113.9 ou faixas como 203.0.113.0/24.`,
    apiBase: (given) => `--api-base deve ser PROVIDER=URL, como kie=https://…, não "${given}".`,
    apiBaseUnknown: (name, known) =>
      `Não há provedor "${name}" cuja API possa ter outro endereço. Nomes conhecidos: ${known}.`,
    apiBaseAddress: (source, given) =>
      `${source} deve indicar um endereço como https://api.example.com, não "${given}".`,
    unknownApiKey: (id) => `Não há chave "${id}"; "video-inbox api-key list" mostra as que há.`,
    keysUnreadable: (file) =>
      `O arquivo com suas chaves (${file}) não pode ser lido. Conserte-o ou remova-o e inicie de novo; seus vídeos não são tocados.`,
    caFile: (file) => `O arquivo de CA ${file} (VIDEO_INBOX_NGROK_CA_FILE) não pode ser lido.`,
    storeKeys:
      'Os vídeos ficam no S3, mas faltam as chaves. Defina AWS_ACCESS_KEY_ID e AWS_SECRET_ACCESS_KEY, ou escreva-as em ~/.aws/credentials (AWS_PROFILE).',
    storeUrlProblems: {
      form: 'Deve ser como s3://bucket/folder?endpoint=https://…&region=…',
      keysInside: 'Não deve conter chaves; elas vêm de AWS_ACCESS_KEY_ID e AWS_SECRET_ACCESS_KEY.',
      endpoint:
        'O endpoint dele deve ser o endereço http ou https de um servidor, sem nada depois de host e porta: https://s3.example.com:9000',
      fields: 'Depois do "?" pode haver endpoint=…, region=… e pathStyle=1, com "&" entre eles, e nada mais.',
      folder:
        'A pasta dele não deve conter "..", e o que tem outro sentido num endereço se escreve assim: % como %25, # como %23, ? como %3F.',
    },
    storeUrl: (why) => `VIDEO_INBOX_STORE_URL não pode ser usado. ${why}`,
    shelf: {
      keys: 'O servidor S3 não aceita estas chaves para este bucket. Verifique AWS_ACCESS_KEY_ID e AWS_SECRET_ACCESS_KEY e o que elas podem fazer.',
      bucket: 'O servidor S3 não tem um bucket com esse nome. Verifique VIDEO_INBOX_STORE_URL.',
      region: 'O servidor S3 tem este bucket em outra região. Verifique a região em VIDEO_INBOX_STORE_URL.',
      regionIs: (region) =>
        `O servidor S3 tem este bucket na região ${region}. Escreva region=${region} em VIDEO_INBOX_STORE_URL.`,
      leadsTo: (origin) =>
        `O endereço do servidor S3 encaminha para ${origin}. Confira o endpoint em VIDEO_INBOX_STORE_URL; talvez precise de https em vez de http.`,
      expired:
        'As chaves do servidor S3 expiraram. Escreva novas em ~/.aws/credentials, de onde são lidas sozinhas; ou defina AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY e AWS_SESSION_TOKEN e inicie o Video Inbox de novo.',
      archived:
        'O servidor S3 levou este vídeo para um arquivo morto. Ele não se perdeu: restaure-o lá ("aws s3api restore-object") e isente a pasta dessa regra; então ele poderá ser visto e copiado de novo.',
      tooLarge: (status, word) =>
        `O servidor S3, ou um proxy na frente dele, não aceita requisições deste tamanho (${String(status)} ${word}). Faça com que aceite 64 MiB de uma vez (nginx: client_max_body_size 64m): o que espera é enviado então sozinho.`,
      full: (status, word) =>
        `O servidor S3 não tem espaço para mais (${String(status)} ${word}). Libere espaço lá ou aumente o limite.`,
      busy: (status, word) =>
        `O servidor S3 está ocupado ou com defeito (${String(status)} ${word}). Ele é consultado de novo sozinho; se durar, veja o servidor.`,
      certificate: (word) =>
        `O certificado do servidor S3 não é confiável nesta máquina (${word}). Se for seu, indique em NODE_EXTRA_CA_CERTS o arquivo da autoridade dele e inicie o Video Inbox de novo.`,
      plain:
        'O servidor S3 não fala https neste endereço. Verifique o endpoint em VIDEO_INBOX_STORE_URL: http ou https, e a porta.',
      proxy: (host, errno) =>
        `Não é possível alcançar o servidor S3: o proxy ${host} não deixa passar nada (${errno}). Verifique o proxy nas configurações desta máquina ou do Video Inbox, ou ponha o host do servidor em NO_PROXY.`,
      clock: 'O servidor S3 recusa porque o relógio desta máquina está errado. Acerte-o.',
      away: 'Não é possível alcançar o servidor S3 indicado em VIDEO_INBOX_STORE_URL. Verifique o endereço e se o servidor está funcionando.',
      other: (status, word) => `O servidor S3 recusa (${String(status)} ${word}).`,
    },
    shelfTrouble: (why) =>
      `${why} Os vídeos são baixados mesmo assim e esperam nesta máquina até que ele os aceite; os que estão lá poderão ser vistos de novo então.`,
  },
  desktopFailures: {
    notOnDisk: 'Este vídeo ainda não está no disco. Espere por ele ou use Tentar de novo na tarefa dele.',
    onShelf: (place) =>
      `Este vídeo não está neste computador, e sim no armazenamento, como ${place}. Use Baixar na tarefa dele para tê-lo aqui.`,
    noFile: 'Falta o arquivo deste vídeo. Use Tentar de novo na tarefa dele para baixá-lo outra vez.',
    notOpened: (reason) =>
      `O sistema não conseguiu abrir o vídeo: ${reason}. Ele está seguro no disco; tente Mostrar na pasta.`,
    profileRefused: (profile, temporary) =>
      `O Video Inbox não consegue gravar em uma de suas próprias pastas: ${profile} ou ${temporary}. Libere espaço nelas ou permita a gravação e inicie de novo. Sua biblioteca não é tocada.`,
    noClipboard: 'O sistema não aceitou o arquivo. Use Mostrar na pasta e copie de lá.',
    keysRefused:
      'Uma chave guardada não pode ser lida agora: o chaveiro do sistema a recusa. Ela é mantida e tentada de novo no próximo início; desbloqueie o chaveiro ou digite a chave de novo nas configurações.',
    forbidden: 'Esta chamada não veio da janela do Video Inbox, então foi recusada.',
    malformed: 'Esta chamada tem a forma errada, então foi recusada. Nada foi mudado.',
  },
  doctor: {
    strayFile: (file) => `${file} não pertence a nenhuma tarefa. Fica onde está; mova-o se não precisar dele.`,
    otherLibrary: (count) =>
      `Outra biblioteca também guarda seus vídeos nesta pasta do S3. Arquivos que não pertencem a nenhuma tarefa desta biblioteca e podem ser daquela: ${String(count)}. Deixe-os onde estão. Duas que dividem uma pasta podem tirar vídeos uma da outra quando suas tarefas têm o mesmo id, então dê a uma delas uma pasta própria.`,
    journalLine: (file, offset, size) =>
      `Uma linha do diário (${file}, byte ${String(offset)}, ${String(size)} bytes) não pode ser lida. Os outros eventos estão intactos; o que essa linha dizia se perde, a menos que o provedor chame de novo.`,
    journalGap:
      'Faltam eventos no diário, como quando um arquivo dele se perde ou uma cópia antiga é posta no lugar. O que o índice ainda sabe deles fica guardado, então não apague a pasta index; um backup da pasta journal traria tudo de volta.',
    indexOnly: (n) =>
      `O índice conhece ${count(n, { one: '# tarefa', other: '# tarefas' })} de que o diário nada diz. Ficam guardadas, então não apague a pasta index; um backup da pasta journal traria de volta o que se perdeu.`,
    laterVersion: (n, type, version) =>
      `${count(n, { one: '# evento', other: '# eventos' })} do tipo "${type}" (formato ${String(version)}) de uma versão posterior deste programa: guardados e pulados. Essa versão, ou uma mais nova, lê o que dizem.`,
    eventNotUnderstood: (n, type) =>
      `O evento ${String(n)} ("${type}") fez o programa falhar ao criar a tarefa, então ela está como antes. O log diz mais; o evento fica guardado, e uma atualização pode lê-lo de novo.`,
    indexPage: 'Uma página do índice estava quebrada. Foi posta de lado e refeita a partir do diário; nada se perdeu.',
    indexUnsaved: (reason) =>
      `O índice foi refeito, mas o disco não o aceitou (${reason}). Nada se perdeu: o próximo início lê o diário inteiro. Libere espaço ou verifique o disco e execute isto de novo.`,
    indexDiffers: (n) =>
      `O índice dizia algo diferente do diário sobre ${count(n, { one: '# tarefa', other: '# tarefas' })}. Foi refeito a partir do diário.`,
    missingVideo: (file) =>
      `${file} não está mais no disco. Abra a tarefa e escolha "Tentar de novo" para baixá-lo enquanto o link vive.`,
    missingYet: (file, names) =>
      `${file} não está no armazenamento. Pode ser um dos vídeos que estão só no disco de uma máquina e vão sozinhos de lá para o armazenamento: ${names}. Rode isto de novo quando "video-inbox status" não citar mais nenhuma, e não o baixe de novo antes.`,
    withheldVideo: (file, why) => `Não foi possível verificar ${file}. ${why}`,
    changedVideo: (file) =>
      `${file} não é o arquivo que foi salvo: o tamanho ou o hash difere. Se não foi você que mudou, mova-o e baixe de novo.`,
  },
  downloads: {
    reasons: {
      gone: ({ host, status }) =>
        status === 404 || status === 410
          ? `${host} diz que este arquivo não está mais lá (${status}), então o link provavelmente expirou. Se o provedor puder criar um novo, tente com ele.`
          : `${host} diz que este link expirou (${status}). Se o provedor puder criar um novo, tente com ele.`,
      forbidden: ({ host, status }) =>
        status === 403 || status === 406
          ? `${host} não nos deixa baixar este arquivo (${status}), nem pedindo como um navegador. O link provavelmente expirou, ou o host recusa programas. Abra o link em um navegador ou tente com um novo.`
          : `${host} não nos deixa baixar este arquivo (${status}). O link provavelmente expirou ou exige uma chave de API. Tente com um novo.`,
      'not-there-yet': ({ host, status }) =>
        `O arquivo ainda não está lá: ${host} ${status === null ? 'só tem uma parte dele' : `responde ${status}`}. Callbacks costumam ser mais rápidos que o armazenamento por trás; o Video Inbox pergunta de novo sozinho.`,
      'bad-url': () => 'O provedor enviou um link que não é um endereço web, então não há o que baixar.',
      'inline-lost': () =>
        'O vídeo veio dentro do callback, e os bytes não estão mais na pasta de dados. Peça ao provedor que envie o callback de novo ou anexe o arquivo.',
      'not-http': ({ scheme }) =>
        `O link leva a um endereço que começa com ${scheme}://, e os vídeos só são baixados de links https e http. Peça ao provedor um link https.`,
      'url-with-password': () =>
        'O link traz um usuário ou uma senha, que o Video Inbox não envia a lugar nenhum. Nada foi baixado.',
      'private-address': ({ host }) =>
        `O link leva a ${host}, que fica dentro de uma rede privada, então nada foi baixado. Se é um servidor seu, inicie o Video Inbox com --allow-host ${host}.`,
      'private-from-here': ({ host }) =>
        `Daqui, ${host} leva a uma rede privada, então nada foi baixado. Isso acontece quando a rede pede login antes: entre nela por um navegador. Se é um servidor seu, inicie o Video Inbox com --allow-host ${host}.`,
      'too-many-redirects': ({ host, limit }) =>
        `${host} nos redirecionou mais de ${limit} vezes sem dar o arquivo. Tente mais tarde ou baixe em um navegador.`,
      'bad-redirect': ({ host }) => `${host} nos redirecionou para algo que não é um endereço web. Tente mais tarde.`,
      'too-large': ({ limitBytes }) =>
        `O arquivo passa do limite de ${bytes(limitBytes)}, então não foi baixado. Aumente “Maior vídeo” nas configurações e tente de novo.`,
      'web-page': ({ host, title }) =>
        `${host} enviou uma página web${title === '' ? '' : ` (“${title}”)`} em vez do vídeo. O link pode ter expirado; abra-o em um navegador para ver o que diz.`,
      'text-answer': ({ host, format, excerpt }) =>
        `${host} enviou ${formats[format]} em vez do vídeo${excerpt === '' ? '' : `: ${excerpt}`}. O link pode ter expirado; tente com um novo.`,
      playlist: ({ host }) =>
        `${host} deu uma playlist em vez do vídeo: uma lista de pedaços para um player, não um arquivo. Peça um mp4 ao provedor ou baixe com uma ferramenta que junte os pedaços.`,
      image: () => 'O link deu uma imagem em vez de um vídeo. Abra-o em um navegador para vê-la.',
      'other-file': ({ what }) =>
        `O link deu um arquivo ${what} em vez de um vídeo. Abra-o em um navegador para baixá-lo.`,
      'unknown-file': () => 'O que o link deu não é um vídeo que o Video Inbox conheça. Abra-o em um navegador.',
      'not-an-image': () => 'O link da prévia não deu uma imagem.',
      empty: ({ host }) =>
        `${host} enviou um arquivo vazio. Tente mais tarde; o provedor talvez ainda esteja gravando.`,
      'cut-short': () => 'O vídeo termina cedo demais: falta uma parte do arquivo no servidor. Tente mais tarde.',
      'no-index': () =>
        'O vídeo não tem índice (moov), então nenhum player o abriria. O provedor talvez ainda esteja gravando; tente mais tarde.',
      'no-pictures': () => 'O vídeo não contém imagens. O provedor talvez ainda esteja gravando; tente mais tarde.',
      'trailing-data': ({ extraBytes }) =>
        `Depois do vídeo vêm ${bytes(extraBytes)} que não pertencem a nenhuma parte dele, então o arquivo não foi guardado. Abra o link em um navegador para ver o que é.`,
      'wrong-length': ({ host, gotBytes, promisedBytes }) =>
        `${host} prometeu ${bytes(promisedBytes)} e enviou ${bytes(gotBytes)} todas as vezes, então o vídeo não está inteiro. Tente mais tarde.`,
      'other-checksum': ({ host }) =>
        `O que ${host} enviou tem outra soma de verificação que a informada, então o vídeo pode estar danificado e não conta como salvo. Tente mais tarde; se nada mudar, abra o link em um navegador e anexe o arquivo se ele puder ser reproduzido.`,
      'ended-early': ({ host, gotBytes, promisedBytes }) =>
        `${host} prometeu ${bytes(promisedBytes)} e enviou ${bytes(gotBytes)}, então o vídeo não está inteiro.`,
      'broken-encoding': ({ host }) => `O que ${host} enviou não pôde ser descompactado. Tente mais tarde.`,
      'packed-bomb': ({ host }) =>
        `O que ${host} enviou descompacta para muito mais do que um vídeo teria, então não foi guardado. Abra o link em um navegador para ver o que é.`,
      'disk-full': ({ neededBytes }) =>
        `Não há espaço suficiente no disco${neededBytes === null ? '' : ` (faltam ${bytes(neededBytes)})`}. O que foi baixado fica guardado; o download continua sozinho quando houver espaço.`,
      'disk-error': ({ errno }) =>
        isOfDisk(errno)
          ? `O vídeo não pôde ser gravado no disco (${errno}). O que foi baixado fica guardado; o download continua sozinho quando o disco funcionar.`
          : `O vídeo não pôde ser guardado no servidor S3 (${errno}). Foi baixado e espera nesta máquina; é guardado lá sozinho assim que o servidor o aceitar.`,
      'report-failed': () =>
        'O vídeo está no disco, mas a biblioteca não conseguiu anotá-lo. Isso é tentado de novo sozinho.',
      'no-connection-in-time': ({ host }) => `${host} não aceitou nossa conexão a tempo.`,
      'no-answer-in-time': ({ host }) => `${host} recebeu o pedido, mas não respondeu a tempo.`,
      stalled: ({ host }) => `${host} parou de enviar no meio do arquivo.`,
      'too-slow': ({ host }) => `${host} envia tão devagar que outros vídeos ficariam esperando.`,
      'took-too-long': ({ host }) => `${host} envia tão devagar que o download demorou demais.`,
      'no-such-host': ({ host }) => `O endereço ${host} não foi encontrado. Verifique a conexão com a internet.`,
      'untrusted-certificate': ({ host }) => `O certificado de ${host} não é válido, então a conexão não foi aceita.`,
      'connection-cut': ({ host }) => `A conexão com ${host} caiu antes de o arquivo estar inteiro.`,
      'connection-refused': ({ host }) => `${host} não aceita conexões no momento.`,
      'connection-failed': ({ host, errno }) => `A conexão com ${host} falhou (${errno}).`,
      'proxy-failed': ({ host, errno }) =>
        `Não foi possível alcançar o proxy ${host} (${errno}). Verifique o proxy nas configurações desta máquina ou do Video Inbox.`,
      'daily-limit': ({ limitBytes }) =>
        `Os links desta URL de callback já trouxeram ${bytes(limitBytes)} hoje, que é o limite. O download continua sozinho amanhã; o limite está nas configurações.`,
      'server-error': ({ host, status }) => `${host} está com um problema próprio (${status}).`,
      'too-many-requests': ({ host }) => `${host} nos pede para esperar (429).`,
      'unexpected-status': ({ host, status }) => `${host} deu uma resposta que não faz sentido aqui (${status}).`,
      internal: () =>
        'Algo falhou no Video Inbox ao baixar este vídeo, então ele parou de tentar. O log diz mais; tente depois da próxima atualização ou baixe o vídeo em um navegador.',
    },
    givenUp: (sentence, attempts) =>
      `${sentence} Depois de ${count(attempts, { one: '# tentativa', other: '# tentativas' })} o Video Inbox parou de tentar; o que foi baixado fica guardado. Verifique a conexão e tente de novo.`,
    waits: {
      places: 'Esperando a vez: outros vídeos estão sendo baixados.',
      host: 'Esperando a vez: outros vídeos estão sendo baixados do mesmo host.',
      held: 'O host pediu para esperar um momento.',
      later: 'Esperando a próxima tentativa.',
      paused: 'Os downloads estão pausados.',
    },
  },
  host: {
    notAProxy: (text) =>
      `"${text}" não é o endereço de um proxy, então nada foi mudado. Use um como http://127.0.0.1:7890.`,
    proxyWithPassword:
      'As configurações são guardadas como texto puro, então um proxy com senha não deve ficar ali, e nada foi mudado. Defina HTTPS_PROXY no ambiente do Video Inbox.',
    crashed: (logFile) =>
      `O Video Inbox encontrou um erro próprio e parou, para não aceitar nada que pudesse perder. Todo callback respondido está no disco; inicie de novo. ${logFile === null ? '' : `O que aconteceu está em ${logFile}.`}`.trim(),
    closing: 'O Video Inbox está fechando e não aceita mais chamadas. Nada foi mudado.',
    closeFailed:
      'O fechamento não foi completo. Todo callback respondido está no disco; o resto é refeito no próximo início.',
    incomplete: (file) =>
      `Esta instalação do Video Inbox não está completa: falta ${file}. Instale de novo; seus vídeos não são tocados.`,
    settingsRefused: (names) =>
      `settings.json contém o que não pode ser definido (${names}), então vale o usual para isso. O resto está como você escolheu. Escolha de novo; o arquivo antigo é guardado então.`,
    settingsUnread: (aside) =>
      `Não foi possível ler settings.json, então valem as configurações usuais. Seus vídeos não foram tocados. O arquivo antigo está guardado como ${aside}. Defina de novo o que você tinha escolhido, primeiro o endereço público.`,
    urlsLost: (file) =>
      `Não foi possível ler a lista de URLs de callback (${file}) nem a cópia dela, então há uma nova URL de callback, e os callbacks para as anteriores são recusados. Passe a nova a quem envia callbacks. Seus vídeos não foram tocados; as listas antigas estão guardadas ao lado da nova.`,
    settingsUnreadable: (file, code) =>
      `Não é possível ler ${file} (${code}), e sem as suas configurações a caixa não inicia; nada foi mudado. Deixe este usuário ler o arquivo, ou mova-o para outro lugar para começar com as configurações usuais.`,
    settingsNotSaved: (reason) => `As configurações não puderam ser salvas: ${reason}. As antigas continuam valendo.`,
    keysBroken: (file) =>
      `Não foi possível ler o arquivo com suas chaves (${file}), então nenhuma está em uso, nem a do túnel. Seus vídeos não foram tocados. Informe as chaves de novo; o arquivo antigo fica então guardado ao lado do novo.`,
    secretNotSaved: (reason) => `O segredo não pôde ser salvo: ${reason}. O antigo continua valendo.`,
    diskRefused: (reason) =>
      `O disco da biblioteca não aceitou: ${reason}. O que está na biblioteca fica como estava. Resolva isso e tente de novo.`,
    dataDirUnusable: (root, reason) =>
      `A pasta de dados ${root} não pode ser usada: ${reason}. Nada foi mudado. Escolha outra pasta com --data-dir, ou conserte esta, e tente de novo.`,
    disk: {
      EACCES: 'este usuário não pode gravar ali',
      EPERM: 'este usuário não pode gravar ali',
      EROFS: 'esse disco é somente leitura',
      ENOSPC: 'esse disco está cheio',
      EDQUOT: 'sua parte desse disco acabou',
      EIO: 'esse disco relata erros',
      ENOENT: 'uma parte desse caminho não existe ou não pode ter esse nome',
      ENOTDIR: 'uma parte desse caminho é um arquivo, não uma pasta',
      EEXIST: 'já existe um arquivo com esse nome',
    },
  },
  instance: {
    alreadyRunning: (pid, where) => {
      if (where === 'here') {
        return `Um Video Inbox com pid ${String(pid)} já usa esta pasta de dados. Use esse ("video-inbox status" dá o endereço da galeria dele), feche-o antes ou escolha outra pasta com --data-dir.`;
      }
      const place = where === 'container' ? 'em outro contêiner' : 'em outra máquina';
      return `Um Video Inbox ${place} (lá com pid ${String(pid)}) já usa esta pasta de dados. Feche-o antes ou escolha outra pasta com --data-dir.`;
    },
    commandAtWork: (pid) =>
      `Um comando do Video Inbox com pid ${String(pid)} está trabalhando nesta pasta de dados, como "store move" ou "doctor". Espere que ele termine e tente de novo, ou escolha outra pasta com --data-dir.`,
    starting: (pid, dataDir) =>
      `O Video Inbox com pid ${String(pid)} em ${dataDir} ainda está iniciando. Tente em um instante.`,
    noRoomForAddress: (pid, dataDir) =>
      `O Video Inbox com pid ${String(pid)} em ${dataDir} está em execução, mas o disco dele está cheio: ele não pôde anotar onde este comando o encontra. A sua biblioteca está aberta no endereço da galeria que ele mostrou ao iniciar. Libere espaço e tente em um instante.`,
    runsElsewhere: (dataDir) =>
      `O Video Inbox de ${dataDir} roda em outro contêiner ou em outra máquina. Dê este comando lá.`,
    notRunning: (dataDir) =>
      `Nenhum Video Inbox roda em ${dataDir}. Inicie com "video-inbox serve" ou abra o aplicativo e tente de novo.`,
    orderInDoubt:
      'A caixa aceitou o pedido, mas a resposta não veio, então não se sabe se o vídeo foi pedido. Não peça de novo antes de olhar: "video-inbox list" mostra se foi, e o provedor tem uma lista própria.',
  },
  journal: {
    reading: 'Lendo o diário: eventos',
    checking: 'Verificando vídeos',
    sum: (events, files, size, oldest, newest) => `Diário: ${events} em ${files}, ${size}, de ${oldest} a ${newest}`,
    repeats: (repeats) => `${repeats} com um corpo que já tinha vindo`,
  },
  library: {
    notInLibrary: 'Esse vídeo não está mais na biblioteca.',
    noStrip: 'Uma tira de quadros deve ser um JPEG de no máximo 1 MiB, de um vídeo salvo.',
    notUndone:
      'Isto não pode mais ser desfeito sozinho: aconteceu muita coisa depois, ou a caixa de entrada foi reiniciada. Nada foi mudado.',
    changedSince: 'Desde então isto foi mudado em outro lugar, então nada foi desfeito.',
    isSaved: 'Esse vídeo já está no disco, então nada foi mudado.',
    linkIsNoAddress: 'Um link começa com https:// ou http://. Copie o endereço inteiro do vídeo e cole de novo.',
    noSuchFile: (file) =>
      `Não há arquivo ${file} que possa ser lido. Escolha o vídeo de novo; um arquivo de outra máquina precisa ser copiado para esta antes.`,
    taskIdNeeded: 'É preciso um id de tarefa.',
    notWatched: (id) => `A tarefa "${id}" não é conhecida. Acompanhe-a antes: video-inbox watch PROVIDER TASK_ID.`,
    posterForm: 'Um pôster deve ser um JPEG ou PNG de no máximo 2 MiB.',
    nothingToExport:
      'Nenhuma destas tem um vídeo no disco ainda, então não há o que levar. Espere até que um esteja salvo.',
    unknownExportWord: (word, known) =>
      `{${word}} não representa nada em um nome, então nada foi exportado. Palavras conhecidas: ${known}.`,
    tooManyToExport: (most) =>
      `Cabem no máximo ${number(most)} vídeos em uma exportação. Escolha menos e exporte por partes.`,
    notBackYet:
      'Ainda não se sabe se isto voltou: outra máquina pode ter esvaziado a lixeira antes. O que você pediu está guardado e a caminho. Olhe de novo daqui a pouco.',
    nothingToRetry: 'Todos os vídeos desta tarefa estão no disco ou a caminho.',
    onlyElsewhere: (names) =>
      `Este vídeo pode estar no disco de outra máquina, que o leva sozinha para o armazenamento: ${names}. Por isso não foi baixado de novo; "video-inbox status" diz quantos faltam. Olhe de novo daqui a pouco.`,
    notMoved: 'A biblioteca não pôde ser movida: o disco não aceitou um arquivo. Ela está onde estava; nada se perdeu.',
    copyDiffers: (file) => `A cópia de ${file} difere do original, então nada foi movido. Verifique o disco novo.`,
    moveOutside: 'A pasta nova deve ficar fora da biblioteca, e a biblioteca fora da pasta nova.',
    moveUnreadable: (folder) => `${folder} não pode ser lida, então nada foi movido. Escolha outra pasta.`,
    moveNotEmpty: (folder) => `${folder} não está vazia. Escolha uma pasta vazia, para nada ser sobrescrito.`,
    moveNoRoom: 'Não há espaço suficiente nesse disco para a biblioteca. Nada foi movido.',
    movedInCircles: (root, file) =>
      `As notas de para onde a biblioteca ${root} foi movida andam em círculos. Remova ${file} da pasta que contém seus vídeos.`,
    anotherFilm: 'Esse é outro vídeo: os bytes não são os que foram salvos. Nada foi mudado.',
    notAWholeFilm:
      'Este vídeo não está inteiro: falta uma parte do arquivo, ou ela é de outra coisa, então não foi aceito. Nada mudou; copie-o de novo de onde ele veio ou escolha outro arquivo.',
    noRoomForFilm:
      'Não há espaço para este vídeo no disco da biblioteca, então não foi aceito. Nada mudou; libere espaço e escolha-o de novo.',
    filmNotWritten: (errno) =>
      `O disco da biblioteca não aceitou este vídeo (${errno}). Nada mudou; verifique o disco e escolha-o de novo.`,
    notAFilm:
      'Este arquivo não é um vídeo (mp4, mov, webm e afins), então não foi aceito. Nada mudou; escolha outro arquivo.',
    movedAway: (to, file) =>
      `A biblioteca foi movida para ${to} e agora não está lá: talvez esse disco não esteja conectado. Nada foi mudado. Conecte-o e inicie de novo; se a biblioteca estiver em outro lugar, indique a pasta com --data-dir; para começar uma vazia, remova ${file}.`,
    movedNowhere: (file) =>
      `A biblioteca foi movida, mas ${file} não diz para onde. Inicie com --data-dir e a pasta que contém seus vídeos.`,
  },
  limits: {
    title: 'Limites',
    intro:
      'O que pode chegar e o que pode ser baixado. Os valores usuais servem a quase todos; uma requisição que um limite recusou aparece em Requisições com o nome dele.',
    names: {
      'callbacks.bodyLimitMiB': 'Maior callback',
      'callbacks.filmBodyLimitMiB': 'Maior callback com um vídeo dentro',
      'callbacks.signatureWindowSeconds': 'Assinatura mais antiga',
      'callbacks.tasksPerDay': 'Novas tarefas por dia, por URL de callback',
      'callbacks.keptMiBPerDay': 'Guardado de corpos por dia, por URL de callback',
      'callbacks.minFreeMiB': 'Espaço abaixo do qual nenhum callback é aceito',
      'downloads.maxVideoMiB': 'Maior vídeo',
      'downloads.mibPerDay': 'Downloads sem assinatura por dia, por URL de callback',
      'downloads.minFreeMiB': 'Espaço que os downloads deixam livre',
    },
    hints: {
      'callbacks.bodyLimitMiB': 'Um maior recebe a resposta 413. O Replicate com seus logs envia alguns.',
      'callbacks.filmBodyLimitMiB': 'Alguns serviços enviam o vídeo dentro do callback.',
      'callbacks.signatureWindowSeconds':
        'Quanto o horário de uma assinatura pode diferir do horário daqui. Aumente se o relógio deste computador estiver errado.',
      'callbacks.tasksPerDay': 'Para callbacks da internet que ninguém assinou; os demais recebem a resposta 429.',
      'callbacks.keptMiBPerDay': 'Para callbacks da internet que ninguém assinou; os demais recebem a resposta 429.',
      'callbacks.minFreeMiB':
        'Abaixo disso, os callbacks recebem a resposta 503, para que os provedores tentem de novo. Vazio: 64 MiB, ou 5 % de um disco pequeno.',
      'downloads.maxVideoMiB': 'Um maior não é baixado, e isso é dito.',
      'downloads.mibPerDay':
        'Links que ninguém assinou nem confirmou, para que um estranho não encha o disco com eles.',
      'downloads.minFreeMiB': 'Abaixo disso, os downloads esperam. Vazio: 2 GiB, ou 10 % de um disco pequeno.',
    },
    units: { MiB: 'MiB', seconds: 'segundos', tasks: 'tarefas' },
    usual: (value, unit) => `Normalmente ${value} ${unit}.`,
    usualEmpty: 'Normalmente vazio.',
    empty: 'vazio',
    wrong: (text, least, most) => `“${text}” não é um número de ${least} a ${most}.`,
    wrongWhole: (text, least, most) => `“${text}” não é um número inteiro de ${least} a ${most}.`,
  },
  notices: {
    savedTitle: (provider) => `Vídeo de ${provider} salvo`,
    savedWithoutPrompt: (taskId) => `Tarefa ${taskId}`,
    failedTitle: (provider) => `${provider} não conseguiu fazer o vídeo`,
    failedWithoutReason: 'O provedor não deu motivo. Abra a tarefa para ver o que ele enviou.',
    downloadFailedTitle: (provider) => `Um vídeo de ${provider} não pôde ser salvo`,
    budgetTitle: 'O orçamento deste mês foi gasto',
    budgetBody: (spent, budget) => `${spent} de ${budget} créditos. Nada para sozinho.`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `Um link expira em ${minutes} min` : `${n} links expiram, o primeiro em ${minutes} min`,
    dyingBody: (title) => `Ainda não salvo: ${title}. Abra para ver o que ele espera.`,
    tunnelTitle: 'Sua URL de callback está inacessível',
    tunnelBody: 'Os provedores não conseguem chamar até ela voltar. Abra o Video Inbox para ver o motivo.',
    storageTitle: 'A biblioteca não consegue guardar nada novo',
    roomTitle: 'Vídeos novos esperam espaço no disco',
    digestTitle: 'Mais dos seus provedores',
    quietTitle: 'Durante o silêncio',
    digestBody: (saved, failed) =>
      [
        ...(saved > 0 ? [count(saved, { one: '# vídeo salvo', other: '# vídeos salvos' })] : []),
        ...(failed > 0 ? [count(failed, { one: '# problema', other: '# problemas' })] : []),
      ].join(', ') + '.',
  },
  providers: {
    fault,
    refused,
    refusedBefore: (provider, code, said) => refusedBefore(refused(provider, code, said)),
    unknownWhetherMade: (provider) =>
      `Não se sabe se ${providerName(provider)} fez o vídeo: não veio uma resposta clara. O pedido não é reenviado sozinho, para nada ser pago duas vezes; se foi feito, o callback ainda chega aqui. Veja a lista do próprio provedor antes de pedir de novo.`,
    unknownAndLookedFor: (provider) =>
      `Não se sabe se ${providerName(provider)} o fez: não veio uma resposta clara. O Video Inbox procura por ele na lista de pedidos do provedor, e o aviso dele também chega aqui. Não é enviado de novo sozinho, para que nada seja pago duas vezes.`,
    notNoted: (why) =>
      `O pedido não pôde ser anotado no disco (${why}), então não foi enviado nem pago. Abra espaço e peça de novo.`,
    uploadFailed: (why) => `O arquivo não pôde ser enviado, então nada foi pedido. ${why}`,
    cannotSubmit: (provider) =>
      `O Video Inbox não consegue pedir a "${provider}". Consegue a kie-aleph, kie-luma, kie-runway, kie-veo, kie-market, fal e replicate.`,
    unknownProvider: (given, likely) =>
      `"${given}" não é um provedor que o Video Inbox conheça, então nunca se acharia um callback para ele. ${likely === null ? `São conhecidos: ${providers.map(({ id }) => id).join(', ')}; "unknown" vale para todos os outros.` : `Você quis dizer ${likely}?`}`,
    cannotAsk: (provider) =>
      `O Video Inbox não consegue perguntar a "${provider}" sobre suas tarefas; os callbacks são aceitos mesmo assim.`,
    noKey: (provider, secret) =>
      `${providerName(provider)} precisa da sua chave de API, e não há nenhuma. Defina-a nas configurações ou com "video-inbox secret set ${secret}" (ou VIDEO_INBOX_SECRET_${secret} no ambiente).`,
    orderIdOld:
      'Um pedido já foi enviado com este id há muito tempo, e o que aconteceu com ele não está mais guardado. Nada foi enviado agora; dê a este pedido um id próprio.',
    orderIdTaken: 'Outro pedido já foi enviado com este id. Nada foi enviado agora; dê a este pedido um id próprio.',
    needsModel: (provider) => `${providerName(provider)} tem muitos modelos: diga qual com --model NAME.`,
    asked: (provider, state, message) => {
      const said = message === null ? '' : ` ${ended(message)}`;
      if (state === 'succeeded') return `${providerName(provider)} diz que está pronto.`;
      if (state === 'failed') return `${providerName(provider)} diz que falhou.${said}`;
      return `${providerName(provider)} diz que ainda está sendo feito.`;
    },
    givenUp: (provider, code) =>
      code === 'gone'
        ? `${providerName(provider)} não conhece mais esta tarefa, então nada é esperado. O callback ainda é aceito se vier.`
        : code === 'deadline'
          ? `${providerName(provider)} não terminou esta tarefa em um dia, então não se pergunta mais por ela. O callback ainda é aceito se vier.`
          : 'Ninguém espera mais por esta tarefa; o callback ainda é aceito se vier.',
    nothingToUpgrade: 'Esta tarefa não tem vídeo pronto com esse número, então não há versão maior a pedir.',
    renewing: 'Este link expirou; pede-se outro ao provedor.',
    budgetBlind: (provider, budget) =>
      `Parado: não se sabe quanto ${providerName(provider)} cobra por isto nem seu saldo lá, então nada consegue respeitar o limite de ${number(budget)} créditos. O que já foi pedido continua. Veja o preço no provedor e peça o resto sem limite.`,
    budget: (spent, budget) =>
      `Parado antes do limite: ${number(spent)} de ${number(budget)} créditos foram gastos, ou serão pelo que foi pedido. O que já foi pedido continua.`,
    batchBroke:
      'Não foi enviado e não é pago: o pedido anterior terminou de um modo não previsto, que o log conta por inteiro. Veja primeiro aquele e depois peça estes de novo.',
    ordersInDoubt: (count) =>
      `De ${count === 1 ? 'um pedido' : `${number(count)} pedidos`} dos últimos sete dias não se sabe se ${count === 1 ? 'foi feito' : 'foram feitos'}: não veio uma resposta clara. Nada é reenviado sozinho, para não pagar duas vezes; o que foi feito ainda chega aqui. Veja a lista do próprio provedor antes de pedir de novo; a galeria mostra cada um ao lado do formulário de pedidos.`,
    hookLost: (count, why) =>
      count === 1
        ? `Seu webhook não soube de um que foi salvo ou falhou, e ele não é enviado de novo. ${why}`
        : `Seu webhook não soube de ${number(count)} que foram salvos ou falharam, e eles não são enviados de novo. ${why}`,
    commandLost: (count) =>
      `O comando de VIDEO_INBOX_HOOK_COMMAND não terminou bem ${count === 1 ? 'uma vez' : `${number(count)} vezes`}, então pode faltar o que ele devia fazer. Execute-o à mão para ver por quê.`,
    hookTest: (code, status) => {
      switch (code) {
        case 'answered':
          return 'O webhook chegou.';
        case 'no-url':
          return 'Não há endereço, então ninguém fica sabendo de nada. Defina um e tente de novo.';
        case 'no-secret':
          return 'Não há segredo, e nada é enviado sem assinatura. Defina um com "video-inbox secret set HOOK" (whsec_ e base64) e tente de novo.';
        case 'refused':
          return `A resposta foi ${String(status)}, sem aceitação. Veja o log de quem escuta lá e tente de novo.`;
        default:
          return 'Ninguém respondeu nesse endereço. Veja se o programa de lá está rodando e tente de novo.';
      }
    },
    orderProblem,
    orderProblems: (problems) => problems.map(orderProblem).join(' '),
  },
  refusals: {
    empty: () => 'O corpo está vazio; espera-se JSON ou um formulário.',
    'cut-off': () => 'Ilegível: o corpo termina no meio.',
    'not-readable': () => 'O corpo é ilegível: não é JSON, nem formulário, nem XML.',
    'not-an-object': () => 'O corpo deve ser um objeto JSON.',
    'nothing-in-it': () => `O corpo não traz tarefa, vídeo nem estado; olhou-se em ${ids}.`,
    'broken-off': () => 'O corpo não chegou inteiro.',
    'too-large': ({ bytes: size, limitBytes }) =>
      `O corpo passa de ${kibi(limitBytes)}${size === undefined ? '' : ` (${kibi(size)})`}; o limite pode ser aumentado nas configurações (callbacks.bodyLimitMiB).`,
    'packed-too-tightly': () => 'O corpo descompacta para muito mais do que um callback contém.',
    'packing-unknown': ({ label }) =>
      `O corpo está compactado com ${label ?? 'algo'}, que esta caixa não sabe abrir onde roda; lê-se gzip, deflate, br ou sem compactação.`,
    'signature-missing': () => 'Esta caixa exige callbacks assinados, e este não tem assinatura.',
    'signature-wrong': () => 'A assinatura não confere.',
    'signature-stale': () =>
      'A hora da assinatura está longe demais do relógio deste computador: o callback é antigo ou o relógio está errado. Confira a data e a hora aqui e peça que seja enviado de novo.',
    'signature-used': () => 'Esta assinatura já foi usada para outro corpo.',
    'no-secret': () => 'Esta caixa exige callbacks assinados, mas falta o segredo para verificá-los.',
    'signature-unknown': () => 'Esta caixa exige callbacks assinados, e não se conhece assinatura deste provedor.',
    'keys-unavailable': () => 'As chaves para verificar a assinatura não estão disponíveis agora; envie de novo.',
    'too-many-requests': () => 'Requisições demais; tente mais tarde.',
    'too-many-at-once': () => 'Callbacks demais ao mesmo tempo; envie de novo em um instante.',
    'tasks-per-day': ({ limit }) =>
      `Esta URL de callback criou ${number(limit ?? 0)} tarefas em um dia, que é o limite (callbacks.tasksPerDay).`,
    'bytes-per-day': ({ limitBytes }) =>
      `Esta URL de callback ocupou ${kibi(limitBytes)} do disco em um dia, que é o limite (callbacks.keptMiBPerDay).`,
    'disk-low': ({ bytes: size, limitBytes }) =>
      `O disco tem ${kibi(size)} livres, e abaixo de ${kibi(limitBytes)} nenhum callback é aceito; libere espaço e envie de novo.`,
    'storage-failed': ({ detail }) => detail ?? 'O callback não pôde ser guardado; envie de novo.',
    'wrong-method': ({ method }) => `Envie callbacks com POST, não com ${method ?? 'isto'}.`,
    broke: () => 'O callback não pôde ser guardado; envie de novo.',
  },
  requests: {
    madeVideos: (n) => (n === 0 ? 'não criou vídeo' : count(n, { one: 'criou # vídeo', other: 'criou # vídeos' })),
    noVideo: 'sem vídeo',
    anotherFilm: 'indica outro vídeo',
    notAll: 'indica mais tarefas ou vídeos do que se lê de uma vez; os primeiros estão salvos',
    sameAgain: (nth) => `o mesmo, pela ${nth}ª vez`,
    moreOfIt: (n) => (n === 1 ? 'e mais uma vez' : `e mais ${number(n)} vezes`),
    moreTasks: (n) => (n === 1 ? 'e mais 1 tarefa' : `e mais ${number(n)} tarefas`),
    stillProcessing: 'ainda em processamento',
    stateUnknown: 'estado desconhecido',
    failed: (message) => (message === null ? 'falhou' : `falhou: ${message}`),
    challenge: 'verificação do endereço, respondida',
    ping: 'ping de teste, sem cartão',
    refusedWhileWaiting: (id, n, status, reason) =>
      `O tempo acabou: um callback que indica "${id}" foi recusado com ${status}: ${reason} "video-inbox requests show ${n}" o mostra.`,
  },
  secrets: {
    usage:
      'Diga o que fazer: "secret set NAME" (o valor vem da entrada padrão), "secret list" ou "secret remove NAME".',
    unknown: (word, names) => `Não há segredo "${word}". Nomes conhecidos: ${names}.`,
    ask: (name) =>
      `Cole o valor de ${name} e pressione Enter; ele não aparece. Dois de uma vez se separam por vírgula.`,
    nothingGiven: (name) => `Nada veio pela entrada padrão, então ${name} está como estava.`,
    noKey: (name) =>
      `Isso não é uma chave: contém um espaço, uma quebra de linha ou um sinal que nenhuma chave tem, então ${name} fica como estava. Copie só a chave, sem "Bearer" na frente.`,
    stored: (name) => `${name} está guardado e em uso.`,
    storedForLater: (name) => `${name} está guardado; a caixa o usa quando iniciar.`,
    removed: (name) => `${name} foi removido.`,
    notSet: (name) => `${name} não estava guardado, então nada foi removido.`,
    environmentWins: (name, variable) =>
      `Nota: ${variable} está definida neste ambiente, e uma caixa iniciada daqui lê ${name} de lá.`,
    places: { environment: 'do ambiente', stored: 'guardado', none: 'não definido' },
    onlyTheFile:
      'Nota: nenhuma caixa está rodando, então o que o aplicativo guarda no chaveiro do sistema não está nesta lista.',
  },
  shared: {
    noIntake:
      'Esta máquina não recebe callbacks: foi iniciada sem o papel “intake”. Copie a URL de callback em uma que o tenha.',
    notAnAddress:
      'VIDEO_INBOX_DATABASE_URL deve ser o endereço de um único banco PostgreSQL, como postgresql://user:password@host/name. Numa senha, sinais como @ : / ? # % são escritos %40 %3A %2F %3F %23 %25.',
    badSslMode: (word) =>
      `sslmode em VIDEO_INBOX_DATABASE_URL deve ser disable, require ou verify-full, não "${word}".`,
    tooOld: 'O banco compartilhado é anterior ao PostgreSQL 14. Atualize o servidor e tente de novo.',
    newerSchema: (found, known) =>
      `O banco compartilhado foi criado por um Video Inbox mais novo (as tabelas são da versão ${String(found)}, este conhece a ${String(known)}). Nada foi mudado. Atualize esta máquina e tente de novo.`,
    cannotOpen: (reason) =>
      `O banco compartilhado não pode ser usado: ${reason}. Nada se perdeu. Verifique VIDEO_INBOX_DATABASE_URL e o servidor e tente de novo.`,
    notNow: (reason) =>
      `O banco compartilhado não pode ser usado agora: ${reason}. Nada se perdeu. Tente quando ele voltar.`,
    otherPlace: (names) =>
      `Nem todas as máquinas guardam os vídeos no mesmo lugar: ${names} tem outro que não o desta, então o que uma baixou não abre na outra. Dê a VIDEO_INBOX_STORE_URL o mesmo bucket e a mesma pasta em todas e inicie-as de novo.`,
    away: 'ele não responde',
    noHost: 'ninguém conhece um host com esse nome',
    password:
      'ele recusa este usuário ou esta senha; uma nova é lida de VIDEO_INBOX_DATABASE_URL na próxima inicialização',
    noDatabase: 'ele não tem um banco com esse nome',
    notAllowed:
      'este usuário não pode fazer ali o que é preciso: ele deve poder criar no banco ou ser dono de tudo no esquema video_inbox',
    door: 'ele não deixa este usuário entrar daqui, ou só por TLS (pg_hba.conf); sslmode=verify-full no endereço pede TLS',
    otherHost: 'o certificado dele é de outro nome de host; o endereço deve nomear o host como o certificado',
    noFile: (file) => `não é possível ler o arquivo ${file} que o endereço indica`,
    pooled:
      'um pooler em modo de transação, como o PgBouncer, dá as conexões a outros nesse meio-tempo; o endereço deve levar ao próprio servidor, ou a um pooler em modo de sessão',
    encoding: (encoding) =>
      `ele guarda texto como ${encoding}, que não comporta tudo o que os callbacks trazem; deve ser criado com ENCODING 'UTF8' TEMPLATE template0`,
    certificate: (code) =>
      `o certificado dele não é confiável aqui, ou ele não fala TLS (${code}); sslrootcert=ARQUIVO no endereço indica um certificado confiável`,
    readOnly:
      'ele só aceita leituras e nada novo, como uma réplica que não foi promovida (ou por default_transaction_read_only)',
    full: 'o disco dele está cheio',
    tooMany: 'todas as conexões dele estão em uso (max_connections, ou o limite deste usuário ou banco)',
    refused: (code) => `ele recusa o que lhe é pedido (${code})`,
    notWithTwin:
      'Uma cópia de outra caixa (--twin) não pode também compartilhar um banco. Inicie sem --twin ou sem VIDEO_INBOX_DATABASE_URL.',
    needsDatabase: (flag) =>
      `--${flag} é para várias máquinas que compartilham um banco: defina também VIDEO_INBOX_DATABASE_URL, ou retire-o.`,
    badRole: (word) =>
      `--role deve ser uma lista de intake, download, ask e gallery, separados por vírgulas, não "${word}".`,
    badAnswer: (word) => `--answer deve ser "local", "shared" ou "both", não "${word}".`,
    badLease: (given, most) =>
      `VIDEO_INBOX_LEASE_SECONDS deve ser um número de segundos de 1 a ${most}, não "${given}".`,
    badNode: (word) => `--node deve ser um nome de letras, algarismos, pontos e hifens, no máximo 40, não "${word}".`,
    nameTaken: (name, seconds) =>
      `Já existe uma máquina chamada "${name}" que compartilha este banco de dados. Nada foi alterado. Dê a esta um nome próprio (--node NOME); ou, se aquela máquina não existe mais, inicie esta de novo em ${String(seconds)} s.`,
    cannotClaim:
      'Agora não dá para saber se isto já foi pedido, então nada foi pedido aqui e nada foi pago: outra máquina pode estar pedindo, ou o banco compartilhado não responde ou retém o que foi escrito. "video-inbox status" diz como está o banco. Tente de novo daqui a pouco.',
    machinesRun: (names) =>
      `Máquinas que compartilham esta biblioteca ainda estão rodando: ${names}. Nada foi movido, pois elas continuam guardando vídeos no lugar antigo. Pare “video-inbox serve” em cada uma; uma que foi encerrada à força é esquecida após 15 s. Depois execute de novo.`,
    machinesRunAgain: (names) =>
      `Máquinas que compartilham esta biblioteca voltaram a rodar: ${names}. O que elas guardaram nesse meio-tempo pode estar no lugar antigo; nada se perde. Pare “video-inbox serve” em cada uma e execute de novo: o resto é movido.`,
    doctorNeedsInbox:
      'Várias máquinas compartilham esta biblioteca, então a verificação pergunta à caixa que roda aqui. Nada foi verificado e nada se perdeu. Inicie-a com “video-inbox serve” e execute de novo.',
    state: {
      away: (waiting, reason) =>
        `O banco compartilhado não pode ser usado agora: ${reason}. O que chega aqui fica guardado aqui (${number(waiting)} à espera) e é enviado assim que der; até lá esta máquina mostra o que já sabia.`,
      late: () =>
        'Nem tudo do banco compartilhado chegou a esta máquina ainda: um dos dois está lento agora. Nada se perdeu, e o resto chega sozinho. Se isso durar, veja a carga de ambos.',
      fenced: (waiting) =>
        `Outra caixa grava no banco compartilhado como se fosse esta máquina, então a pasta de dados foi copiada. O que chega aqui só fica guardado aqui (${number(waiting)} à espera). Pare a outra e dê a ela uma pasta de dados vazia; depois inicie esta de novo: ela envia o que espera.`,
      replaced: (waiting) =>
        `O banco compartilhado não é aquele com que esta execução começou: foi restaurado, ou uma cópia mais antiga tomou seu lugar. Nada é lido dele nem enviado a ele até a caixa iniciar de novo; o que chega fica nesta máquina (${number(waiting)} à espera). Feche a caixa e inicie-a de novo, em cada máquina: ela então envia o que falta ao banco.`,
    },
    lateSession: (who, pid) =>
      `Uma transação de ${who} que não termina retém o que todas as máquinas veem do banco compartilhado. Nada se perdeu. Lá ela termina com: SELECT pg_terminate_backend(${pid})`,
    latePrepared: (database, gid) =>
      `Uma transação preparada que ninguém terminou, no banco ${database}, retém o que todas as máquinas veem do banco compartilhado. Nada se perdeu. Nesse banco ela termina com: ROLLBACK PREPARED '${gid}' (ou COMMIT PREPARED, conforme quiser quem a preparou)`,
    fencedUnstored:
      'Outra caixa grava no banco compartilhado como se fosse esta máquina: a pasta de dados foi copiada. Aqui os callbacks recebem 503 (--answer), para que os provedores os enviem de novo. Pare a outra e dê a ela uma pasta de dados vazia; depois inicie esta de novo.',
    replacedUnstored:
      'O banco compartilhado não é aquele com que esta execução começou: foi restaurado, ou uma cópia mais antiga tomou o lugar. Os callbacks recebem 503 até a caixa iniciar de novo (--answer). O que foi respondido aqui e não está nessa cópia não consta em nenhum diário, só no que esta execução ainda mostra: guarde isso primeiro (video-inbox list --json > tasks.json). Depois feche a caixa e inicie-a de novo, em cada máquina.',
    nobodyFetches:
      'Nenhuma máquina com o papel "download" está em execução agora, então nenhum vídeo é buscado e os links expiram. Inicie uma delas com ele (--role).',
    nobodyTakes:
      'Nenhuma máquina com o papel "intake" está em execução agora, então nenhum callback é aceito e os provedores desistem depois de um tempo. Inicie uma delas com ele (--role).',
    nobodyAsks:
      'Nenhuma máquina com o papel "ask" está em execução agora, então nenhum provedor é consultado e nenhum webhook é avisado. Os callbacks são aceitos mesmo assim. Inicie uma delas com ele (--role).',
    nobodyTells: (names) =>
      `Nenhum webhook nem comando é avisado agora: só ${names} os tem, sem o papel "ask", que é o que avisa. Os vídeos são baixados mesmo assim. Defina o webhook em uma máquina com esse papel (Configurações) ou inicie aquela com ele (--role).`,
    apart:
      'Esta máquina compartilhava a biblioteca com outras e foi iniciada sem VIDEO_INBOX_DATABASE_URL, então mostra só o que ela mesma recebeu. O que chega é guardado aqui e enviado às outras quando ela for iniciada de novo com o endereço. Se deve ficar sozinha, remova shared.json da pasta de dados.',
    awayUnstored: (reason) =>
      `O banco compartilhado não pode ser usado agora: ${reason}. Enquanto isso os callbacks recebem 503 (--answer), para que os provedores os enviem de novo; esta máquina mostra o que já sabia.`,
    noRoomOn: (names) =>
      `No disco de ${names} não há mais espaço para vídeos: as outras máquinas os baixam. Libere espaço lá.`,
    noRoomAnywhere: (names) =>
      `Nenhuma máquina que baixa vídeos tem espaço no disco (${names}), então os vídeos novos esperam, e os links deles expiram. Libere espaço em uma delas: os downloads continuam sozinhos.`,
    refusedForRoomOn: (names) =>
      `O disco de ${names} está cheio, então os callbacks que chegam lá são recusados; os provedores tentam de novo por um tempo. Libere espaço lá, e ela continua sozinha.`,
    olderBuildOn: (names) =>
      `Em ${names} roda uma versão mais antiga do que nas outras máquinas: ela lê alguns callbacks por regras antigas, então as tarefas podem aparecer diferentes lá. Nada se perde. Atualize-a e inicie-a de novo: a biblioteca dela se atualiza sozinha.`,
    onlyOn: (names) =>
      `Há vídeos que estão só no disco de uma máquina e vão sozinhos para o armazenamento S3 enquanto ela roda: ${names}. Até chegarem lá, as outras não conseguem abri-los. Nada se perdeu, e nada precisa ser baixado de novo.`,
    onlyOnAway: (names) =>
      `Há vídeos que estão só no disco de uma máquina que não está rodando: ${names}. As outras não conseguem abri-los. Inicie-a com VIDEO_INBOX_DATABASE_URL e VIDEO_INBOX_STORE_URL como antes: eles vão sozinhos para o armazenamento. Se esse disco se perdeu de vez, “Tentar de novo” os baixa enquanto os links viverem, e em “Onde funciona” ela sai da lista.`,
    leaseLost: 'Outra máquina assumiu este trabalho, então o que saiu dele aqui não conta.',
  },
  sources: {
    notThere: (source) => `"${source}" não é um endereço http(s) nem um arquivo deste computador.`,
    notMedia: (source, found) =>
      `"${source}" não é vídeo, imagem nem som${found === null ? '' : ` (pelos primeiros bytes: ${found})`}, então não foi enviado e nada foi pedido. Escolha o arquivo do qual o vídeo deve ser feito.`,
    takesNoFiles: (provider, source) =>
      `${provider} não aceita arquivos, só endereços: ponha "${source}" onde o provedor possa baixá-lo e dê o endereço https.`,
    tooLarge: 'Este arquivo tem mais de 2 GiB; nenhum provedor o aceita.',
    tooMuch:
      'Os arquivos trazidos para pedidos na última hora enchem todo o espaço reservado, então este não foi aceito. Peça primeiro com eles, ou dê o caminho do arquivo a "video-inbox submit".',
    diskFull:
      'Há pouco espaço livre no disco para este arquivo, então ele não foi aceito. Seus vídeos não são tocados. Libere espaço e escolha o arquivo de novo.',
  },
  storage: {
    'journal-cut': ({ folder }) =>
      `Outro programa cortou ou removeu um arquivo de ${String(folder)} com a caixa em uso. Seus vídeos e os novos callbacks não são afetados, e a biblioteca ainda sabe o que ele dizia: não apague a pasta index ao lado. Um backup da pasta journal traz de volta o que falta; "video-inbox doctor" diz mais.`,
    'downloads-wait': ({ limitBytes }) =>
      `Há menos de ${mebi(limitBytes)} livres no disco da biblioteca, então os vídeos novos esperam para ser baixados; os callbacks são guardados como sempre. Libere espaço antes que os links dos vídeos expirem: os downloads continuam sozinhos.`,
    'downloads-elsewhere': ({ limitBytes }) =>
      `Há menos de ${mebi(limitBytes)} livres no disco da biblioteca, então esta máquina não baixa vídeos: as outras baixam. Os callbacks são guardados como sempre. Libere espaço, e ela volta a baixar sozinha.`,
    'disk-filling': ({ limitBytes }) =>
      `O disco da biblioteca está quase cheio. Vídeos grandes talvez já esperem por espaço; abaixo de ${mebi(limitBytes)} livres, todos os novos esperam. Libere espaço em breve.`,
    'disk-full': () => `O disco está cheio: ${refusing}. Libere espaço: ${goesOn}.`,
    'disk-low': ({ limitBytes }) =>
      `Há menos de ${mebi(limitBytes)} livres no disco da biblioteca: ${refusing}. Libere espaço: ${goesOn}.`,
    'folder-missing': ({ folder }) =>
      `A pasta da biblioteca ${String(folder)} sumiu: ${refusing}. Ponha-a de volta (ou conecte o disco dela), e a caixa continua sozinha.`,
    'folder-moved': ({ folder }) =>
      `A pasta da biblioteca ${String(folder)} foi movida ou renomeada com a caixa rodando: ${refusing}. Ponha-a de volta e a caixa continua sozinha, ou feche e inicie com o lugar novo.`,
    'other-writer': ({ folder }) =>
      `Outro Video Inbox abriu a biblioteca em ${String(folder)}, ou uma cópia mais antiga foi posta no lugar. Este recusa callbacks para nada se misturar. Feche um dos dois e inicie este de novo.`,
    unwritable: ({ folder, reason }) =>
      `O disco recusa gravações em ${String(folder)} (${String(reason)}): ${refusing}. Verifique o disco; a caixa continua sozinha assim que puder gravar.`,
    'slow-disk': ({ seconds: taken }) =>
      `O disco levou mais de ${String(taken)} segundos para guardar um callback. Nada se perdeu, mas os provedores podem desistir de esperar: veja o que ocupa o disco.`,
    'database-away': () =>
      `O banco compartilhado não responde: ${refusing}. Verifique o servidor e o caminho até ele: ${goesOn}.`,
    'database-behind': () =>
      'O banco compartilhado não pode ser usado agora, então os callbacks recebem 503 e os provedores tentam de novo por um tempo. O que chega é guardado nesta máquina mesmo assim e enviado sozinho: verifique o servidor e o caminho até ele.',
    'database-full': () =>
      `O disco do banco compartilhado está cheio: ${refusing}. Libere espaço no servidor dele; a caixa continua sozinha.`,
    'database-replaced': () =>
      'O banco compartilhado não é aquele com que esta execução começou: foi restaurado, ou uma cópia mais antiga tomou seu lugar. Os callbacks são recusados para nada se misturar; os provedores tentam de novo por um tempo. Feche a caixa e inicie-a de novo, em cada máquina: ela então envia o que falta ao banco.',
  },
  storageAnswers: {
    'disk-full': `O disco está cheio, nada foi guardado; libere espaço e ${sendAgain}.`,
    'disk-low': `O disco tem pouco espaço, nada foi guardado; libere espaço e ${sendAgain}.`,
    'folder-missing': `A biblioteca está inacessível, nada foi guardado; ${sendAgain}.`,
    'folder-moved': `A biblioteca está inacessível, nada foi guardado; ${sendAgain}.`,
    'other-writer': `Outro Video Inbox assumiu esta biblioteca, nada foi guardado; ${sendAgain}.`,
    unwritable: `O callback não pôde ser guardado; ${sendAgain}.`,
    'slow-disk': `O callback não pôde ser guardado; ${sendAgain}.`,
    'database-away':
      'O log compartilhado não responde, então não é certo que isto foi guardado; envie de novo, conta uma vez só.',
    'database-behind': 'Isto está guardado aqui, mas ainda não no log compartilhado; envie de novo, conta uma vez só.',
    'database-full': `O log compartilhado não aceita nada agora, nada foi guardado; ${sendAgain}.`,
    'database-refuses': `O log compartilhado não aceita nada agora, nada foi guardado; ${sendAgain}.`,
    'database-replaced': `O log compartilhado foi trocado por outro, nada foi guardado; ${sendAgain}.`,
    closing: 'A caixa está fechando; envie de novo em um instante.',
    'too-many': 'Callbacks demais ao mesmo tempo; envie de novo em um instante.',
  },
  store: {
    progress: (files, size) => `${number(files)} arquivos, ${bytes(size)} já estão lá`,
    moved: (files, wereThere) =>
      `${count(files, { one: '# arquivo levado e comparado', other: '# arquivos levados e comparados' })}${wereThere === 0 ? '' : `; ${number(wereThere)} já estavam lá`}. Os antigos foram removidos.`,
    left: (left) =>
      `Arquivos que ficam no armazenamento porque nenhuma tarefa desta biblioteca os nomeia: ${number(left)}. São de outra biblioteca, ou de uma máquina que parou antes de enviar tudo o que recebeu. Inicie-a como antes até que "video-inbox status" mostre lá 0 a enviar, pare-a e execute isto de novo.`,
    bytesLeft:
      'Os dados deles ainda estão no bucket: não puderam ser removidos agora, ou há vídeos de outra biblioteca na mesma pasta. Execute isto de novo para tentar outra vez, ou esvazie a pasta lá quando ninguém precisar dela.',
    useShelf: 'De agora em diante, inicie a caixa com VIDEO_INBOX_STORE_URL apontando para este endereço.',
    useDisk: 'De agora em diante, inicie a caixa sem VIDEO_INBOX_STORE_URL.',
  },
  sync: {
    noSuchFile: 'Nenhum vídeo salvo desta biblioteca tem este SHA-256.',
    noCertificate: (file, reason) =>
      `O certificado ou a chave em ${file} não pode ser usado: ${reason}. Conserte-o, ou inicie sem --sync-cert e --sync-key atrás de um proxy seu.`,
    identityBroken: (file) =>
      `O arquivo que diz quem é esta máquina para as outras (${file}) não pode ser lido. Recupere-o de um backup. Se não houver, remova-o e inicie de novo: para as outras ela será então uma máquina nova, e as cópias dela precisam ser conectadas de novo. Seus vídeos não são tocados.`,
  },
  tunnel: {
    none: 'Não há túnel configurado, então só programas deste computador alcançam a URL de callback.',
    tokenMissing:
      'O túnel precisa do seu authtoken do ngrok. Cole-o nas configurações ou execute "video-inbox tunnel set-token". Até lá a caixa funciona só neste computador.',
    stopped: 'O túnel está desligado, então só programas desta máquina alcançam a URL de callback.',
    refused: {
      '105': `Isto não é um authtoken do ngrok: ${noCallbacks}. Copie o authtoken de ${tokenPage} e cole-o nas Configurações.`,
      '106': `Este authtoken é da primeira versão do ngrok e não funciona mais: ${noCallbacks}. Copie o atual de ${tokenPage} e cole-o nas Configurações.`,
      '107': `O ngrok não aceita mais este authtoken: foi redefinido ou revogado, ou a conta perdeu o acesso. Enquanto você não copiar um novo de ${tokenPage} e colá-lo nas Configurações, ${noCallbacks}.`,
      '108': `Sua conta do ngrok tem tantos agentes on-line quanto o plano permite (três no gratuito). Enquanto você não parar o ngrok em outra máquina ou encerrar uma sessão esquecida em dashboard.ngrok.com/agents, ${noCallbacks}; ${keepsTrying}`,
      '120': `O ngrok não aceita mais esta versão do agente: ${noCallbacks}. Atualize o Video Inbox.`,
      '320': `O domínio das Configurações é de outra conta do ngrok: ${noCallbacks}. Escolha um que esteja em ${domainPage}.`,
      '324': `O ngrok recusa outro endpoint nesta sessão: ${noCallbacks}. Pare outros endpoints em dashboard.ngrok.com/endpoints e verifique de novo.`,
      '326': `O ngrok não conhece o domínio das Configurações: ${noCallbacks}. Escolha um que esteja em ${domainPage}.`,
      '334': `Seu endereço público já está on-line em outro lugar, então os callbacks vão para lá e não para cá. Pare a outra cópia do Video Inbox ou do ngrok, ou escolha outro domínio nas Configurações; ${keepsTrying}`,
      '702':
        'O ngrok responde que houve requisições demais em pouco tempo, então alguns callbacks foram recusados. O Video Inbox tenta de novo em um minuto.',
      '727': `As requisições deste mês do seu plano do ngrok acabaram: ${noCallbacks}. Melhore o plano em dashboard.ngrok.com/billing ou espere o próximo mês; a maioria dos resultados ainda pode ser baixada à mão.`,
      '734': `O ngrok responde que houve conexões demais em pouco tempo: ${noCallbacks}. O Video Inbox tenta de novo em um minuto.`,
      '1214': `O ngrok responde que sua conta faz demais em pouco tempo: ${noCallbacks}. O Video Inbox tenta de novo em um minuto.`,
      '4018': `O ngrok quer um authtoken de uma conta com e-mail verificado: ${noCallbacks}. Verifique a conta, copie o authtoken de ${tokenPage} e cole-o nas Configurações.`,
      '4027': `A banda deste mês do seu plano do ngrok acabou: ${noCallbacks}. Melhore o plano em dashboard.ngrok.com/billing ou espere o próximo mês; a maioria dos resultados ainda pode ser baixada à mão.`,
      '9040': `Sua conta do ngrok não permite agentes desta rede: ${noCallbacks}. Permita este endereço IP em dashboard.ngrok.com/ip-policies ou use outra rede.`,
    },
    refusedOther: (code) =>
      `O ngrok recusou a conexão com ERR_NGROK_${code}: ${noCallbacks}. Veja ngrok.com/docs/errors/err_ngrok_${code}; ${keepsTrying}`,
    trouble: {
      'no-module':
        'Falta a parte do ngrok de que este sistema precisa, então não há endereço público; callbacks desta máquina ainda funcionam. Instale o Video Inbox de novo ou use --public-url com um proxy seu.',
      unreachable: `O ngrok está inacessível: ${noCallbacks}. Verifique a conexão com a internet e se um firewall bloqueia a porta 443 de connect.ngrok-agent.com; ${keepsTrying}`,
      tls: `A conexão segura com o ngrok não pôde ser feita: ${noCallbacks}. Um proxy, firewall ou antivírus pode estar lendo o tráfego cifrado: libere connect.ngrok-agent.com; ${keepsTrying}`,
      hung: `O ngrok não responde: ${noCallbacks}. Verifique a conexão com a internet ou veja status.ngrok.com; ${keepsTrying}`,
      lost: `A conexão com o ngrok caiu: ${noCallbacks}. O Video Inbox está reconectando.`,
      frozen: `O ngrok parou de responder por uma conexão que parece boa: ${noCallbacks}. O Video Inbox está reconectando.`,
      died: `O processo que mantém a conexão com o ngrok terminou de repente: ${noCallbacks}. O Video Inbox o inicia de novo; se continuar, o log tem os detalhes.`,
      unknown: `A conexão com o ngrok falhou por um motivo que o Video Inbox não conhece: ${noCallbacks}. O log tem os detalhes; ${keepsTrying}`,
    },
    probe: {
      timeout:
        'Uma requisição de teste ao seu endereço público não teve resposta a tempo, então callbacks podem se perder. O Video Inbox tenta de novo sozinho; se continuar, veja status.ngrok.com.',
      unreachable:
        'Seu endereço público não pôde ser alcançado desta máquina, então callbacks podem se perder. Verifique a internet e se um firewall ou filtro de DNS bloqueia o endereço.',
      certificate:
        'O certificado do seu endereço público não pôde ser verificado, então não se sabe se callbacks chegam. Um proxy ou antivírus desta máquina pode estar lendo o tráfego cifrado.',
      'offline-endpoint':
        'O ngrok diz que nada está on-line atrás do seu endereço público, então callbacks se perdem. O Video Inbox está reconectando.',
      upstream:
        'Seu endereço público funciona, mas o receptor de callbacks do Video Inbox não respondeu atrás dele, então callbacks se perdem. Reinicie o Video Inbox.',
      limit:
        'O ngrok recusa requisições ao seu endereço público porque um limite do plano foi atingido, então callbacks se perdem. Veja dashboard.ngrok.com/usage.',
      elsewhere:
        'Outra coisa responde no seu endereço público, então os callbacks não chegam ao Video Inbox. Veja se o endereço, proxy ou domínio aponta para esta máquina.',
      waiting:
        'A conexão com o ngrok foi refeita muitas vezes em pouco tempo; para poupar as requisições do seu plano, ela será testada de novo em alguns minutos. Até lá callbacks podem se perder.',
    },
    probeOwnProxy:
      'Uma requisição de teste à sua URL pública não voltou ao Video Inbox, então callbacks podem se perder. Veja se o proxy está rodando e passa /c/ à porta de callbacks. Alguns roteadores não deixam a máquina alcançar o próprio endereço público; aí este teste falha mesmo com callbacks chegando.',
    urlChanged: ({ from, to, since }) =>
      `Seu endereço público mudou em ${since} de ${from} para ${to}: tarefas iniciadas antes ainda chamam o antigo, então baixe os resultados delas à mão e use a nova URL de agora em diante.`,
    fixDomain: `Defina o domínio da sua conta nas Configurações (grátis em ${domainPage}) e a URL de callback não muda nunca mais.`,
    authtoken: {
      empty: `Cole seu authtoken do ngrok: ele está em ${tokenPage}.`,
      spaces: `Um authtoken é uma palavra sem espaços. Copie-o de novo de ${tokenPage}.`,
      characters: `Um authtoken só tem letras, algarismos e um sublinhado. Copie-o de novo de ${tokenPage}.`,
      tooShort: `Isto é curto demais para um authtoken. Copie-o de novo de ${tokenPage}.`,
      tooLong: `Isto é longo demais para um authtoken. Copie-o de novo de ${tokenPage}.`,
      otherKind: `Isto é o nome de uma chave ou credencial, não o authtoken. Copie o authtoken de ${tokenPage}.`,
      otherService: `Isto é uma chave de outro serviço. Copie o authtoken do ngrok de ${tokenPage}.`,
      v1: `Isto parece um authtoken da primeira versão do ngrok, que não funciona mais. Copie o atual de ${tokenPage}.`,
      link: 'Isto é um link, não o authtoken. Abra-o, copie o authtoken e cole.',
    },
    domain: {
      notADomain: `Isto não é um nome de domínio. Copie-o de ${domainPage}; ele se parece com your-name.ngrok-free.dev.`,
      wildcard: 'Aqui não se pode usar um curinga. Escolha um nome de domínio completo.',
    },
  },
  twin: {
    noToken:
      'A caixa do outro lado precisa de um token. Crie um lá com "video-inbox api-key new --scope twin" e defina-o aqui: "video-inbox secret set TWIN_TOKEN" ou VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    ownLibrary:
      'Esta biblioteca tem vídeos próprios, e --twin faz uma cópia de outra. Inicie com outro --data-dir; nada foi mudado.',
    ownVideos:
      'Esta biblioteca tem vídeos próprios, e uma cópia tomaria o lugar deles. Inicie com uma biblioteca vazia (outra pasta de dados) e conecte essa; nada foi mudado.',
    noAddress: 'O endereço da outra caixa começa com https:// ou http://, como o "--sync-port" dela informa.',
    byFlag:
      'De qual caixa esta é cópia foi dito no início, por --twin, VIDEO_INBOX_DATABASE_URL ou pelo ambiente. Mude lá; nada foi mudado.',
    otherTwin:
      'Neste endereço responde outra caixa, e não aquela de que esta biblioteca é cópia. Nada foi trazido dela.',
    refused:
      'A caixa do outro lado não aceita o token. Crie um novo lá com "video-inbox api-key new --scope twin" e defina-o aqui: "video-inbox secret set TWIN_TOKEN" ou VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    away: 'A caixa do outro lado está inacessível agora. Ela continua aceitando callbacks; o que tiver vem assim que ela puder ser alcançada.',
    certificate: (code) =>
      `O certificado da caixa do outro lado não é confiável nesta máquina (${code}), então nada foi pedido a ela. NODE_EXTRA_CA_CERTS=ARQUIVO no ambiente desta caixa indica um em que confiar.`,
    catchingUp: (waiting) =>
      `Esta cópia está se atualizando com a caixa do outro lado. Alterações que ainda faltam: cerca de ${number(waiting)}. O que já está aqui pode ser usado enquanto isso.`,
    onlyHere: (count, names) =>
      `A caixa do outro lado voltou a um estado anterior, como o de um backup. Tarefas que agora só estão aqui: ${number(count)} (${names}). Ficam aqui, com os vídeos que já tinham sido trazidos. Para tê-las lá de novo: "video-inbox export TASK_ID --to DIR --metadata" aqui e "video-inbox import DIR" lá.`,
    notTaken: (count, names) =>
      `A caixa do outro lado não aceitou mudanças desta cópia: talvez seja uma versão mais antiga. Elas ficam só aqui, e nenhum vídeo foi tocado. Tarefas: ${number(count)} (${names}). Atualize a caixa de lá e faça as mudanças aqui outra vez, ou faça-as lá.`,
    noTunnelThere:
      'A caixa do outro lado não tem endereço público, então só programas do computador em que ela roda alcançam a URL de callback dela. Torne-a acessível lá.',
    newerThere:
      'A caixa do outro lado é uma versão mais nova: esta cópia não consegue ler algumas mudanças dela e as deixa de fora; recebe todas as outras. Atualize esta cópia e ela receberá essas também. Nenhum vídeo foi tocado.',
    notSync: (status) =>
      `O que responde no endereço da caixa do outro lado não é a porta dela para cópias (HTTP ${String(status)}): é outra porta dela, uma página de login da rede ou um proxy que leva a outro lugar. Nada foi tirado de lá, e o que está aqui fica. O endereço é o que "serve --sync-port" mostra lá.`,
    troubled: (status) =>
      `A caixa do outro lado, ou um proxy à frente dela, responde que agora não pode (HTTP ${String(status)}). O que está aqui fica, e as marcas esperam aqui; esta cópia continua tentando. Se durar, veja lá com "video-inbox status": pode ser que ela não aceite callbacks nesse meio-tempo.`,
    leadsElsewhere: (origin) =>
      `O endereço da caixa do outro lado leva a ${origin}, e o token só é enviado ao endereço informado. O que está aqui fica. Se aquela é a sua caixa, conecte de novo com ela.`,
    expired:
      'O certificado da caixa do outro lado expirou, ou o relógio desta máquina está errado, então nada foi pedido a ela. O que está aqui fica. Renove o certificado lá: aquela caixa o usa em um minuto; um proxy na frente dela, depois de recarregado.',
    otherName:
      'O certificado da caixa do outro lado é para outro nome que não o do endereço, então nada foi pedido a ela. O que está aqui fica. Conecte de novo com o nome do certificado, ou faça um para este nome.',
    noTls:
      'Nada no endereço da caixa do outro lado fala TLS como deveria, então nada foi pedido a ela. O que está aqui fica. Se aquela caixa não tem certificado, o endereço dela começa com http://, como ela diz ao iniciar.',
    needsTls:
      'No endereço da caixa do outro lado só se fala TLS, e o endereço começa com http://, então nada veio. O que está aqui fica. Informe o mesmo endereço com https://.',
    proxy: (host, errno) =>
      `Não é possível alcançar a caixa do outro lado: o proxy ${host} não deixa passar nada (${errno}). O que está aqui fica. Verifique o proxy nas configurações desta máquina ou do Video Inbox, ou ponha o host daquela caixa em NO_PROXY.`,
    itself:
      'A caixa neste endereço é esta mesma, ou uma cópia dela: os callbacks não chegariam a nenhuma, e nada foi tirado de lá. Informe o endereço da caixa que recebe os callbacks, ou faça com que esta não seja cópia.',
    cameApart: (count, names) =>
      `Tarefas que chegaram enquanto esta caixa não era cópia e que só estão aqui: ${number(count)} (${names}). Uma cópia não baixa vídeos dos provedores: o que não tinha sido salvo não é baixado enquanto ela for cópia, e o link expira. Desconecte até que seja salvo. Para tê-las lá também: "video-inbox export TASK_ID --to DIR --metadata" aqui e "video-inbox import DIR" lá.`,
    notThere:
      'Quem faz isto é a caixa do outro lado, e ela não tem esta tarefa. Nada foi mudado, e o vídeo fica aqui. Importe-o lá primeiro, ou desconecte esta cópia e faça aqui.',
    onlyThere:
      'Quem faz isto é a caixa do outro lado, e ela está inacessível agora. Nada foi mudado; tente quando ela voltar.',
    diskLow: (limitBytes) =>
      `Há menos de ${mebi(limitBytes)} livres no disco desta cópia, e ela não traz mais vídeos sozinha; os que alguém abrir ainda vêm. Nenhum vídeo se perde: estão na caixa do outro lado, que aceita callbacks como sempre. Libere espaço ou escolha nas configurações trazer menos.`,
    diskFilling: (limitBytes) =>
      `O disco desta cópia está quase cheio: abaixo de ${mebi(limitBytes)} livres ela não traz mais vídeos sozinha. Libere espaço em breve ou escolha nas configurações trazer menos.`,
    diskFull:
      'O disco desta cópia está cheio: o que há de novo na caixa do outro lado espera lá, e nada pode ser marcado aqui. Nenhum vídeo se perde, e aquela caixa aceita callbacks como sempre. Libere espaço, e esta cópia continua sozinha.',
    folderAway: (folder) =>
      `Esta cópia não pode guardar nada em ${folder}: o que há de novo na caixa do outro lado espera lá, e nada pode ser marcado aqui. Nenhum vídeo se perde, e aquela caixa aceita callbacks como sempre. Veja se a pasta está no lugar e se dá para gravar no disco dela: esta cópia então continua sozinha.`,
    diskSlow: (taken) =>
      `O disco desta cópia levou mais de ${String(taken)} segundos para guardar o que veio da caixa do outro lado ou foi marcado aqui. Nenhum vídeo se perde, e aquela caixa aceita callbacks como sempre: veja o que ocupa o disco.`,
    notHere: 'Esta caixa é cópia de outra, que é quem faz isto. Faça lá; nada foi mudado.',
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
      return `${field} tem ${show('length')} caracteres; aceitam-se no máximo ${show('max')}.`;
    case 'no-choice':
      return `${field} não pode ser "${show('value')}"; pode ser ${show('choices')}.`;
    case 'no-number':
      return `${field} deve ser um número.`;
    case 'too-small':
      return `${field} deve ser pelo menos ${show('min')}.`;
    case 'too-large':
      return `${field} deve ser no máximo ${show('max')}.`;
    case 'too-many':
      return `${field} aceita no máximo ${show('max')}, não ${show('count')}.`;
    case 'no-place':
      return `Este modelo não aceita ${field === 'image' ? 'imagens' : 'vídeos'}, e sem isso sairia outro vídeo. Retire-o ou escolha um modelo que aceite.`;
    case 'said-twice':
      return `${field} aparece duas vezes com valores diferentes e só um seria enviado. Retire um dos dois.`;
    case 'file-too-large':
      return `${field} pode ter no máximo ${megabytes(params['maxBytes'], 'demais')}; este arquivo tem ${megabytes(params['sizeBytes'], 'demais')}. Diminua-o e tente de novo.`;
    case 'video-too-long':
      return `${field} pode durar no máximo ${show('maxSeconds')} s; este dura ${seconds(params['seconds'], 'mais')}. Corte-o e tente de novo.`;
    case 'only-beginning':
      return `Só os primeiros ${show('usedSeconds')} s de ${field} são usados; este dura ${seconds(params['seconds'], 'mais')}.`;
    case 'unknown-field':
      return `${field} não é um campo deste modelo; é enviado, e o provedor pode ignorá-lo.`;
  }
}
