/** Simplified Chinese. */
import type { DesktopPack } from './packs.ts';

export const pack: DesktopPack = {
  desktop: {
    menu: {
      file: '文件(&F)',
      edit: '编辑(&E)',
      view: '视图(&V)',
      window: '窗口(&W)',
      help: '帮助(&H)',
      about: '关于 Video Inbox',
      copyCallbackUrl: '复制回调 URL',
      settings: '设置…',
      showDataFolder: '显示数据文件夹',
      showLogs: '显示日志文件',
      launchAtLogin: '登录时启动',
      closeToTray: '关闭窗口后继续运行',
      checkForUpdates: '检查新版本',
      website: 'Video Inbox 网站',
      closeWindow: '关闭窗口',
      minimise: '最小化',
      resetZoom: '实际大小',
      zoomIn: '放大',
      zoomOut: '缩小',
      fullScreen: '切换全屏',
      quit: '退出 Video Inbox',
    },
    tray: {
      open: '打开 Video Inbox',
      recent: '最近的视频',
      noRecent: '还没有视频',
      pauseDownloads: '暂停下载',
      storage: {
        ok: '',
        full: '磁盘已满：不保存新内容',
        gone: '资料库不见了：不保存新内容',
        slow: '磁盘非常慢',
      },
      shelf: 'S3 存储不可用：视频在此等候',
      tooltip: (unseen) => (unseen === 0 ? 'Video Inbox' : `Video Inbox：${unseen} 个新视频`),
      status: ({ kind, state }) => {
        if (kind === 'none') return '仅本机可访问';
        switch (state) {
          case 'online':
            return '回调 URL 可访问';
          case 'connecting':
            return '正在连接回调 URL';
          case 'degraded':
            return '回调 URL 不稳定';
          case 'blocked':
            return '回调 URL 需要你处理';
          case 'offline':
            return '回调 URL 不可访问';
        }
      },
    },
    commandLine: {
      noDisplay:
        '没有显示器时，这个程序无法执行命令。在没有显示器的机器上，在源代码中用“npm pack”生成的包只用 Node 就能完成同样的事。',
    },
    contextMenu: {
      undo: '撤销',
      redo: '重做',
      cut: '剪切',
      copy: '复制',
      paste: '粘贴',
      selectAll: '全选',
      open: '打开',
      openFile: '用其他程序打开',
      showInFolder: '在文件夹中显示',
      copyFile: '复制文件',
    },
    background: {
      title: 'Video Inbox 继续运行',
      inTray: '它留在托盘中，继续接收回调。可从那里退出，或在“文件”菜单中更改。',
      minimised: '这个桌面没有托盘，因此窗口已最小化，Video Inbox 继续接收回调。按 Ctrl+Q 退出，或在“文件”菜单中更改。',
    },
    badge: (unseen) => `${unseen} 个未看`,
    failures: {
      title: 'Video Inbox 无法启动',
      crashed: 'Video Inbox 已停止',
      startedAgain: 'Video Inbox 曾停止，已重新启动',
      startedAgainBody: (logFile) =>
        `Video Inbox 遇到自身的错误，已重新启动。所有已响应的回调都在磁盘上；期间到达的可能缺失，正在等待的会去询问。${logFile === null ? '' : `发生了什么见 ${logFile}。`}`,
      notInUse: '有设置或密钥未被使用',
      notTakenOver: '以明文存放的密钥无法放入钥匙串。它们仍可使用；下次启动时再试。',
      pageBroken: '这个窗口接连出错多次',
      pageBrokenBody: '收件箱本身仍在运行：接收回调，保存视频。没有丢失任何内容。',
      pageReload: '重新加载',
      pageStuck: '此窗口没有响应',
      pageWait: '等待',
      notOpened: '系统无法打开',
      notOpenedBody: (place, reason) => `请自行打开：${place}（${reason}）`,
    },
    attached: {
      title: 'Video Inbox（以“serve”运行，关闭此窗口后仍继续）',
      ended: '此窗口所显示的收件箱已结束',
      endedBody: '你的视频在磁盘上；在它重新运行之前不会接收任何回调。在这里启动，或再次启动“video-inbox serve”。',
      startHere: '在这里启动',
    },
    secrets: {
      basicText: '这个系统没有钥匙串，密钥以固定密码保存，此用户的任何程序都能解开。',
    },
    move: {
      title: '选择资料库的去处',
      button: '移到这里',
      folderName: 'Video Inbox 资料库',
      failed: '资料库没有移动',
    },
    saving: {
      title: '另存为',
      failed: '文件未保存',
      failedBody: (file) =>
        `${file} 未能完整写入，已写入的部分已删除。请在那里腾出空间或选择另一个文件夹，然后再次保存；你的资料库保持原样。`,
      done: '已保存',
    },
    updates: {
      title: '新版本已就绪',
      body: (version) => `下次启动起将使用 Video Inbox ${version}。`,
    },
  },
};
