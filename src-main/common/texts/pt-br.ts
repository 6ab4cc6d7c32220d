import type { CorePack } from './core-packs.ts';

export const pack: Partial<CorePack> = {
  limits: {
    title: 'Limites',
    intro:
      'O que pode chegar e o que pode ser baixado. Os valores usuais servem a quase todos; uma solicitação que um limite recusou aparece em Solicitações com o nome dele.',
    names: {
      'callbacks.bodyLimitMiB': 'Maior callback',
      'callbacks.filmBodyLimitMiB': 'Maior callback com um filme dentro',
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
      'callbacks.filmBodyLimitMiB': 'Alguns serviços enviam o filme dentro do callback.',
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
};
