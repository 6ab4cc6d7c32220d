/** Brazilian Portuguese. */
import type { DesktopPack } from './packs.ts';

export const pack: DesktopPack = {
  desktop: {
    menu: {
      file: '&Arquivo',
      edit: '&Editar',
      view: '&Visualizar',
      window: '&Janela',
      help: 'A&juda',
      about: 'Sobre o Video Inbox',
      copyCallbackUrl: 'Copiar URL de callback',
      settings: 'Configurações…',
      showDataFolder: 'Mostrar pasta de dados',
      showLogs: 'Mostrar logs',
      launchAtLogin: 'Iniciar com o sistema',
      closeToTray: 'Continuar ao fechar a janela',
      checkForUpdates: 'Procurar versões novas',
      website: 'Video Inbox na web',
      closeWindow: 'Fechar janela',
      minimise: 'Minimizar',
      resetZoom: 'Tamanho real',
      zoomIn: 'Ampliar',
      zoomOut: 'Reduzir',
      fullScreen: 'Tela cheia',
      quit: 'Sair do Video Inbox',
    },
    tray: {
      open: 'Abrir o Video Inbox',
      recent: 'Vídeos recentes',
      noRecent: 'Ainda não há vídeos',
      pauseDownloads: 'Pausar downloads',
      storage: {
        ok: '',
        full: 'O disco está cheio: nada de novo é guardado',
        gone: 'A biblioteca sumiu: nada de novo é guardado',
        slow: 'O disco está muito lento',
      },
      shelf: 'O S3 não pode ser usado: os vídeos esperam aqui',
      tooltip: (unseen) => (unseen === 0 ? 'Video Inbox' : `Video Inbox: ${unseen} ${unseen === 1 ? 'novo' : 'novos'}`),
      status: ({ kind, state }) => {
        if (kind === 'none') return 'Acessível só desta máquina';
        switch (state) {
          case 'online':
            return 'A URL de callback está acessível';
          case 'connecting':
            return 'Conectando a URL de callback';
          case 'degraded':
            return 'A URL de callback está instável';
          case 'blocked':
            return 'A URL de callback precisa de você';
          case 'offline':
            return 'A URL de callback está inacessível';
        }
      },
    },
    commandLine: {
      noDisplay:
        'Este programa não executa comandos sem uma tela. Em uma máquina sem tela, o pacote que "npm pack" cria do código-fonte faz o mesmo só com o Node.',
    },
    contextMenu: {
      undo: 'Desfazer',
      redo: 'Refazer',
      cut: 'Recortar',
      copy: 'Copiar',
      paste: 'Colar',
      selectAll: 'Selecionar tudo',
      open: 'Abrir',
      openFile: 'Abrir com outro programa',
      showInFolder: 'Mostrar na pasta',
      copyFile: 'Copiar arquivo',
    },
    background: {
      title: 'O Video Inbox continua rodando',
      inTray: 'Ele fica na bandeja e continua aceitando callbacks. Saia por ela, ou mude isto no menu Arquivo.',
      minimised:
        'Este desktop não mostra bandeja, então a janela foi minimizada e o Video Inbox continua aceitando callbacks. Saia com Ctrl+Q, ou mude isto no menu Arquivo.',
    },
    badge: (unseen) => `${unseen} não vistos`,
    failures: {
      title: 'O Video Inbox não pôde iniciar',
      crashed: 'O Video Inbox parou',
      startedAgain: 'O Video Inbox parou e foi iniciado de novo',
      startedAgainBody: (logFile) =>
        `O Video Inbox encontrou um erro próprio e foi iniciado de novo. Todo callback respondido está no disco; pode faltar um que chegou nesse meio-tempo, e o que se espera é consultado.${logFile === null ? '' : ` O que aconteceu está em ${logFile}.`}`,
      notInUse: 'Há configurações ou chaves fora de uso',
      notTakenOver:
        'Chaves em texto puro não puderam ir para o chaveiro. Elas funcionam; o próximo início tenta de novo.',
      pageBroken: 'Esta janela falhou várias vezes seguidas',
      pageBrokenBody: 'A caixa em si continua: callbacks são aceitos e vídeos são salvos. Nada se perdeu.',
      pageReload: 'Carregar de novo',
      pageStuck: 'Esta janela não responde',
      pageWait: 'Esperar',
      notOpened: 'O sistema não conseguiu abrir isto',
      notOpenedBody: (place, reason) => `Abra você mesmo: ${place} (${reason})`,
    },
    attached: {
      title: 'Video Inbox (funciona como “serve”, mesmo sem esta janela)',
      ended: 'A caixa que esta janela mostrava terminou',
      endedBody:
        'Seus vídeos estão no disco, e nenhum callback é aceito até que ela volte a funcionar. Inicie-a aqui ou inicie “video-inbox serve” de novo.',
      startHere: 'Iniciar aqui',
    },
    secrets: {
      basicText:
        'Este sistema não tem chaveiro, então as chaves são guardadas com uma senha fixa que qualquer programa deste usuário pode desfazer.',
    },
    move: {
      title: 'Escolha para onde vai a biblioteca',
      button: 'Mover para cá',
      folderName: 'Biblioteca do Video Inbox',
      failed: 'A biblioteca não foi movida',
    },
    saving: {
      title: 'Salvar como',
      failed: 'O arquivo não foi salvo',
      failedBody: (file) =>
        `Não foi possível gravar ${file} até o fim, e o que havia dele foi removido. Libere espaço ali ou escolha outra pasta e salve de novo; sua biblioteca está como estava.`,
      done: 'Salvo',
    },
    updates: {
      title: 'Uma versão nova está pronta',
      body: (version) => `O Video Inbox ${version} será usado a partir do próximo início.`,
    },
  },
};
