/** Brazilian Portuguese. Commands, flags and values stay as they are typed. */
import { amounts } from '../../common/texts/amounts.ts';
import { help } from './help/pt-br.ts';
import type { TerminalPack } from './packs.ts';

const { count, number } = amounts('pt-BR');

export const pack: TerminalPack = {
  help,
  terminal: {
    counts: {
      tasks: (n) => count(n, { one: '# tarefa', other: '# tarefas' }),
      videos: (n) => count(n, { one: '# vídeo', other: '# vídeos' }),
      savedVideos: (n) => count(n, { one: '# vídeo salvo', other: '# vídeos salvos' }),
      callbacks: (n) => count(n, { one: '# callback', other: '# callbacks' }),
      bodies: (n) => count(n, { one: '# corpo guardado', other: '# corpos guardados' }),
      events: (n) => count(n, { one: '# evento', other: '# eventos' }),
      files: (n) => count(n, { one: '# arquivo', other: '# arquivos' }),
      films: (n) => count(n, { one: '# vídeo', other: '# vídeos' }),
    },
    note: (sentence) => `Nota: ${sentence}`,
    none: 'nada',
    states: { processing: 'em criação', succeeded: 'concluída', failed: 'com falha', unknown: 'sem clareza' },
    videoStates: {
      queued: 'na fila',
      downloading: 'baixando',
      saved: 'salvo',
      failed: 'com falha',
      expired: 'expirado',
    },
    trust: { signed: 'assinado', unsigned: 'sem assinatura', confirmed: 'confirmado', conflicting: 'em conflito' },
    unknownProvider: 'Provedor desconhecido',
    apiKey: {
      made: (id) => `Esta é a chave ${id}. Ela não aparece de novo; "video-inbox api-key revoke ${id}" a revoga.`,
      nothing: 'Ainda não há chaves.',
      revoked: (id) => `A chave ${id} não é mais aceita.`,
    },
    doctor: {
      checked: (tasks, videos) => `Verificado: ${tasks} e ${videos}.`,
      mended: (problem) => `Consertado: ${problem}`,
      found: (problem) => `Encontrado: ${problem}`,
      allWell: 'Está tudo bem.',
      needsYou: 'Algumas coisas precisam de você; veja acima.',
      takeOver: 'Aplicar estas mudanças?',
      reread: (bodies, changes, applied) =>
        `Lido de novo: ${bodies}. Agora lidos melhor: ${number(changes)}${applied ? ', já aplicados' : ''}.`,
      more: (n) => `… e mais ${number(n)}`,
    },
    exported: {
      titleNotUsed:
        '--title é o título do que --client e --markers fazem; nenhum dos dois foi dado, então ele não é usado.',
      lacking: (ids) => `Não copiadas, pois nenhum vídeo delas está no disco ainda: ${ids}`,
      nothing:
        'Nenhuma destas tem um vídeo no disco ainda, então nada foi copiado. "video-inbox show TASK_ID" diz como está cada uma.',
    },
    imported: {
      nothing:
        'Não há vídeo nesse lugar: das pastas são aceitos arquivos .mp4, .mov, .webm e parecidos; indique qualquer outro arquivo pelo nome.',
      done: (imported, present, failed) =>
        [
          `Importado: ${imported}`,
          ...(present > 0 ? [`${number(present)} já na biblioteca`] : []),
          ...(failed > 0 ? [`${number(failed)} não aceitos, veja acima`] : []),
        ].join('; ') + '.',
    },
    replay: {
      same: 'O leitor atual diz o mesmo.',
      otherwise: 'O leitor atual vê de outro jeito.',
      taken: 'Aplicado.',
      notTaken: (n) => `Nada mudou ainda; "video-inbox replay ${n} --take" aplica.`,
      answered: (status) => `resposta ${status}`,
      notAnswered: (reason) => `sem resposta: ${reason}`,
      sent: (answer, ms) => `Enviado: ${answer} em ${ms} ms`,
      sentSigned: (answer, ms) => `Enviado com nova assinatura: ${answer} em ${ms} ms`,
    },
    requests: {
      nothing: 'Ninguém chamou ainda.',
      noneRefused: 'Nada foi recusado.',
      notKept: 'O corpo não foi guardado.',
      isCut: '… só o começo do corpo foi guardado.',
    },
    sendTest: {
      film: (taskId) => `Enviado e respondido. "video-inbox wait ${taskId}" mostra o arquivo quando estiver salvo.`,
      failure: (taskId) => `Enviado e respondido. "video-inbox wait ${taskId}" mostra por que falhou.`,
      noLink: (taskId) =>
        `Enviado e respondido. Os callbacks deste provedor não trazem link, então de uma amostra nada é salvo. "video-inbox wait ${taskId}" diz do que um real precisa.`,
    },
    serve: {
      open: 'O Video Inbox está aberto.',
      gallery: 'Galeria',
      callbackUrl: 'URL callback',
      twins: 'Gêmeas',
      library: 'Biblioteca',
      stop: 'Encerre com Ctrl+C.',
      reachable: (url) => `Os provedores chegam à URL de callback: ${url}`,
      makeReachable: '"video-inbox tunnel set-token" ou --public-url a tornam acessível aos provedores.',
    },
    settings: {
      stored: (name) => `${name} está guardado e em uso.`,
      backToUsual: (name) => `${name} voltou ao valor usual.`,
      storedForLater: (name) => `${name} está guardado; a caixa o usa quando iniciar.`,
      notUsual: (usual) => `normalmente ${usual}`,
      fromEnvironment: 'ambiente',
      proxy: 'Proxy para tudo o que sai, menos o ngrok',
    },
    show: {
      task: 'Tarefa',
      provider: 'Provedor',
      state: 'Estado',
      message: 'Mensagem',
      prompt: 'Prompt',
      source: 'Origem',
      received: 'Recebido',
      callbacks: 'Callbacks',
      video: (n) => `Vídeo ${n}`,
      attempt: (n, of, reason) => `tentativa ${n}${of === null ? '' : ` de ${of}`}: ${reason}`,
      next: (time) => `próxima tentativa ${time}`,
    },
    status: {
      runs: (pid, dataDir) => `O Video Inbox roda com pid ${pid} em ${dataDir}`,
      labels: {
        tasks: 'Tarefas',
        videos: 'Vídeos',
        waiting: 'Esperando',
        disk: 'Disco',
        gallery: 'Galeria',
        callback: 'Callback',
        trouble: 'Problema',
        refused: 'Recusas',
        machines: 'Máquinas',
      },
      tasks: (total, succeeded, failed, processing, unknown) =>
        `${total} (concluídas: ${succeeded}, com falha: ${failed}, em criação: ${processing}, sem clareza: ${unknown})`,
      videos: (saved, waiting, failed, expired) =>
        `salvos: ${saved}, a caminho: ${waiting}, com falha: ${failed}, expirados: ${expired}`,
      watch: (tasks, overdue) => `${tasks}, ${overdue} em atraso`,
      nobodyAsked: 'no momento ninguém é consultado',
      nextAsk: (at) => `próxima consulta ${at}`,
      free: (size) => `${size} livres`,
      trouble: (since, message) => `desde ${since}: ${message}`,
      refused: (callbacks, status, message) => `${callbacks} hoje, o último com ${status}: ${message}`,
      showRefused: '"video-inbox requests --refused" mostra quais',
      thisOne: ' (esta)',
      toBeSent: (roles, waiting) => `${roles}; ${waiting} a enviar`,
      noRoomFor: { downloads: 'sem espaço para vídeos', callbacks: 'o disco está cheio' },
      olderBuild: 'versão mais antiga',
      awaySince: (time) => `ausente desde ${time}`,
      reachability: {
        online: 'acessível',
        degraded: 'conectado, mas um teste não chegou',
        connecting: 'conectando',
        blocked: 'inacessível, precisa de você',
        offline: 'inacessível de fora',
      },
    },
    list: {
      nothing: 'Ainda não há nada aqui.',
      noMatch: 'Nada na biblioteca corresponde.',
      leaveOut: 'Tire uma palavra ou uma condição, ou veja tudo com "video-inbox list".',
      notACondition: (term, like) =>
        `"${term}" não é uma condição, por isso foi procurado como está escrito. Condições parecidas: ${like}.`,
      didYouMean: (query, count) => `Você quis dizer: ${query} (${count})?`,
    },
    onlyNewest: (shown) => `Só os ${shown} mais recentes são mostrados; --limit N mostra mais.`,
    tagged: (tasks) => `Alterado: ${tasks}.`,
    tunnel: {
      ask: 'Cole seu authtoken do ngrok e pressione Enter; ele não aparece.',
      savedForLater: 'Salvo. O túnel conecta quando a caixa iniciar.',
      savedOther:
        'Salvo, mas a caixa que está rodando foi iniciada com outro --tunnel ou --public-url, que ela mantém.',
      saved: 'Salvo. O túnel está conectando; "video-inbox status" diz quando a URL de callback está acessível.',
    },
    url: {
      loopback:
        'este é o endereço de loopback. Os provedores não chegam a ele; configure um túnel para ter um público.',
      loopbackOnly: 'este é o endereço de loopback. Os provedores não chegam a ele.',
    },
    wait: {
      notCome: (id) => `O tempo acabou: ainda não veio nenhum callback para "${id}".`,
      notFinished: (id) => `O tempo acabou: "${id}" ainda não terminou. Continua na caixa.`,
      inboxGone: (id) => `O tempo acabou: "${id}" não tinha terminado, e a caixa não está mais rodando.`,
      failed: 'O provedor diz que falhou, sem dar motivo.',
      notDownloaded: 'Um vídeo não pôde ser baixado.',
      needsKey:
        'A tarefa deu certo, mas o vídeo só pode ser obtido com a chave de API do provedor. Defina a chave, e ele é baixado sozinho.',
      noVideo: 'A tarefa deu certo, mas nada indica um vídeo: não há o que salvar.',
    },
  },
};
