/** Simplified Chinese. Commands, flags and values stay as they are typed. */
import { amounts } from '../../common/texts/amounts.ts';
import { help } from './help/zh-hans.ts';
import type { TerminalPack } from './packs.ts';

const { number } = amounts('zh-Hans');

export const pack: TerminalPack = {
  help,
  terminal: {
    counts: {
      tasks: (n) => `${number(n)} 个任务`,
      videos: (n) => `${number(n)} 个视频`,
      savedVideos: (n) => `${number(n)} 个已保存的视频`,
      callbacks: (n) => `${number(n)} 个回调`,
      bodies: (n) => `${number(n)} 个保留的正文`,
      events: (n) => `${number(n)} 个事件`,
      files: (n) => `${number(n)} 个文件`,
      films: (n) => `${number(n)} 个视频`,
    },
    note: (sentence) => `注意：${sentence}`,
    none: '无',
    states: { processing: '制作中', succeeded: '成功', failed: '失败', unknown: '不明' },
    videoStates: { queued: '排队中', downloading: '下载中', saved: '已保存', failed: '失败', expired: '已失效' },
    trust: { signed: '已签名', unsigned: '未签名', confirmed: '已确认', conflicting: '有冲突' },
    unknownProvider: '未知服务商',
    apiKey: {
      made: (id) => `这是密钥 ${id}。它不会再次显示；“video-inbox api-key revoke ${id}”可将其作废。`,
      nothing: '还没有密钥。',
      revoked: (id) => `密钥 ${id} 不再被接受。`,
    },
    doctor: {
      checked: (tasks, videos) => `已检查 ${tasks}和 ${videos}。`,
      mended: (problem) => `已修复：${problem}`,
      found: (problem) => `发现：${problem}`,
      allWell: '一切正常。',
      needsYou: '有些事需要你处理；见上文。',
      takeOver: '采用这些结果吗？',
      reread: (bodies, changes, applied) =>
        `已重新读取 ${bodies}：${number(changes)} 个现在读得更好${applied ? '，并已采用' : ''}。`,
      more: (n) => `… 还有 ${number(n)} 个`,
    },
    exported: {
      lacking: (ids) => `以下任务还没有视频在磁盘上，因此未复制：${ids}`,
      nothing: '这些任务都还没有视频在磁盘上，因此没有复制。“video-inbox show TASK_ID”会说明各自的情况。',
    },
    imported: {
      nothing: '那里没有视频：文件夹中只取 .mp4、.mov、.webm 之类的文件；其他文件请直接写出文件名。',
      done: (imported, present, failed) =>
        [
          `已导入${imported}`,
          ...(present > 0 ? [`${number(present)} 个已在资料库中`] : []),
          ...(failed > 0 ? [`${number(failed)} 个未接受，见上文`] : []),
        ].join('；') + '。',
    },
    replay: {
      same: '现在的读取器结果相同。',
      otherwise: '现在的读取器结果不同。',
      taken: '已采用。',
      notTaken: (n) => `尚无改动；“video-inbox replay ${n} --take”会采用它。`,
      answered: (status) => `响应 ${status}`,
      notAnswered: (reason) => `没有响应：${reason}`,
      sent: (answer, ms) => `已发送：${answer}，${ms} ms`,
      sentSigned: (answer, ms) => `已重新签名并发送：${answer}，${ms} ms`,
    },
    requests: {
      nothing: '还没有任何回调。',
      noneRefused: '没有被拒绝的请求。',
      notKept: '正文没有保留。',
      isCut: '… 正文只保留了开头。',
    },
    sendTest: {
      film: (taskId) => `已发送并得到响应。文件保存后，“video-inbox wait ${taskId}”会显示它。`,
      failure: (taskId) => `已发送并得到响应。“video-inbox wait ${taskId}”会显示失败原因。`,
      noLink: (taskId) =>
        `已发送并得到响应。这个服务商的回调不含链接，因此示例不会保存任何内容。真正的回调需要什么，“video-inbox wait ${taskId}”会告诉你。`,
    },
    serve: {
      open: 'Video Inbox 已打开。',
      gallery: '图库',
      callbackUrl: '回调 URL',
      twins: '副本用',
      library: '资料库',
      stop: '按 Ctrl+C 停止。',
      reachable: (url) => `服务商可以到达回调 URL：${url}`,
      makeReachable: '用“video-inbox tunnel set-token”或 --public-url 可让服务商到达它。',
    },
    settings: {
      stored: (name) => `${name} 已保存并生效。`,
      backToUsual: (name) => `${name} 已恢复为通常值。`,
      storedForLater: (name) => `${name} 已保存；收件箱启动时使用。`,
      notUsual: (usual) => `通常为 ${usual}`,
      fromEnvironment: '环境变量',
      proxy: '对外连接（ngrok 除外）所用的代理',
    },
    show: {
      task: '任务',
      provider: '服务商',
      state: '状态',
      message: '消息',
      prompt: '提示词',
      source: '素材',
      received: '收到',
      callbacks: '回调',
      video: (n) => `视频 ${n}`,
      attempt: (n, of, reason) => `第 ${n} 次尝试${of === null ? '' : `，共 ${of} 次`}：${reason}`,
      next: (time) => `下次尝试 ${time}`,
    },
    status: {
      runs: (pid, dataDir) => `Video Inbox 正在运行，pid ${pid}，位于 ${dataDir}`,
      labels: {
        tasks: '任务',
        videos: '视频',
        waiting: '等待',
        disk: '磁盘',
        gallery: '图库',
        callback: '回调',
        trouble: '问题',
        refused: '拒绝',
        machines: '机器',
      },
      tasks: (total, succeeded, failed, processing, unknown) =>
        `${total}（成功 ${succeeded}，失败 ${failed}，制作中 ${processing}，不明 ${unknown}）`,
      videos: (saved, waiting, failed, expired) =>
        `已保存 ${saved}，获取中 ${waiting}，失败 ${failed}，过期 ${expired}`,
      watch: (tasks, overdue) => `${tasks}，逾期 ${overdue}`,
      nobodyAsked: '目前不会查询',
      nextAsk: (at) => `下次查询 ${at}`,
      free: (size) => `可用 ${size}`,
      trouble: (since, message) => `自 ${since} 起：${message}`,
      refused: (callbacks, status, message) => `今天 ${callbacks}，最后一个为 ${status}：${message}`,
      showRefused: '“video-inbox requests --refused”可查看',
      thisOne: '（本机）',
      toBeSent: (roles, waiting) => `${roles}；待发送 ${waiting}`,
      noRoomFor: { downloads: '没有空间存放视频', callbacks: '磁盘已满' },
      awaySince: (time) => `自 ${time} 起离线`,
      reachability: {
        online: '可访问',
        degraded: '已连接，但一次测试没有通过',
        connecting: '正在连接',
        blocked: '不可访问，需要你处理',
        offline: '外部不可访问',
      },
    },
    list: {
      nothing: '这里还什么都没有。',
      noMatch: '资料库中没有匹配的内容。',
      leaveOut: '去掉一个词或条件，或用“video-inbox list”查看全部。',
      notACondition: (term, like) => `“${term}”不是条件，所以按原样查找。类似的条件：${like}。`,
      didYouMean: (query, count) => `你是不是要找：${query}（${count}）`,
    },
    onlyNewest: (shown) => `只显示最新的 ${shown} 项；用 --limit N 可显示更多。`,
    tagged: (tasks) => `已更改${tasks}。`,
    tunnel: {
      ask: '粘贴你的 ngrok authtoken 并按回车；不会显示。',
      savedForLater: '已保存。收件箱启动时连接隧道。',
      savedOther: '已保存，但正在运行的收件箱以别的 --tunnel 或 --public-url 启动，会继续使用它。',
      saved: '已保存。隧道正在连接；“video-inbox status”会告诉你回调 URL 何时可访问。',
    },
    url: {
      loopback: '这是回环地址。服务商无法访问；要有公网地址，请设置隧道。',
      loopbackOnly: '这是回环地址。服务商无法访问。',
    },
    wait: {
      notCome: (id) => `时间到：还没有“${id}”的回调。`,
      notFinished: (id) => `时间到：“${id}”还没有完成。它在收件箱中继续。`,
      inboxGone: (id) => `时间到：“${id}”没有完成，收件箱也已不在运行。`,
      failed: '服务商表示失败了，没有说明原因。',
      notDownloaded: '有视频无法下载。',
      needsKey: '任务成功了，但它的视频只能用服务商的 API 密钥获取。设置密钥后会自动获取。',
      noVideo: '任务成功了，但没有指向任何视频：没有可保存的内容。',
    },
  },
};
