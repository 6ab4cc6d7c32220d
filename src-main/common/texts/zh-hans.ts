import type { CorePack } from './core-packs.ts';

export const pack: Partial<CorePack> = {
  limits: {
    title: '上限',
    intro: '对送达和下载内容的上限。通常的值几乎适合所有人；被某个上限拒绝的请求会连同该上限的名称列在“请求”中。',
    names: {
      'callbacks.bodyLimitMiB': '回调的最大大小',
      'callbacks.filmBodyLimitMiB': '含影片的回调的最大大小',
      'callbacks.signatureWindowSeconds': '签名的最大时间差',
      'callbacks.tasksPerDay': '每个回调 URL 每天的新任务数',
      'callbacks.keptMiBPerDay': '每个回调 URL 每天保存的正文',
      'callbacks.minFreeMiB': '低于此剩余空间不再接收回调',
      'downloads.maxVideoMiB': '视频的最大大小',
      'downloads.mibPerDay': '每个回调 URL 每天的未签名下载',
      'downloads.minFreeMiB': '下载要留出的空间',
    },
    hints: {
      'callbacks.bodyLimitMiB': '更大的会得到 413 应答。带日志的 Replicate 会发送这样的回调。',
      'callbacks.filmBodyLimitMiB': '有些服务会把影片放在回调里发送。',
      'callbacks.signatureWindowSeconds': '签名的时间与此处的时间最多可相差多少。如果这台电脑的时钟不准，请调大。',
      'callbacks.tasksPerDay': '针对经互联网送达、没有签名的回调；超出的会得到 429 应答。',
      'callbacks.keptMiBPerDay': '针对经互联网送达、没有签名的回调；超出的会得到 429 应答。',
      'callbacks.minFreeMiB': '低于此值时回调会得到 503 应答，服务商会重试。留空：64 MiB，小磁盘为 5 %。',
      'downloads.maxVideoMiB': '更大的不会下载，并会说明原因。',
      'downloads.mibPerDay': '针对没有签名也未经确认的链接，以免陌生人用它们占满磁盘。',
      'downloads.minFreeMiB': '低于此值时下载会等待。留空：2 GiB，小磁盘为 10 %。',
    },
    units: { MiB: 'MiB', seconds: '秒', tasks: '个任务' },
    usual: (value, unit) => `通常为 ${value} ${unit}。`,
    usualEmpty: '通常留空。',
    empty: '留空',
    wrong: (text, least, most) => `“${text}”不是 ${least} 到 ${most} 之间的数字。`,
    wrongWhole: (text, least, most) => `“${text}”不是 ${least} 到 ${most} 之间的整数。`,
  },
};
