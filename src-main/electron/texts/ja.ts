/** Japanese. */
import type { DesktopPack } from './packs.ts';

export const pack: DesktopPack = {
  desktop: {
    menu: {
      file: 'ファイル(&F)',
      edit: '編集(&E)',
      view: '表示(&V)',
      window: 'ウィンドウ(&W)',
      help: 'ヘルプ(&H)',
      about: 'Video Inbox について',
      copyCallbackUrl: 'コールバック URL をコピー',
      settings: '設定…',
      showDataFolder: 'データフォルダーを表示',
      showLogs: 'ログファイルを表示',
      launchAtLogin: 'ログイン時に起動',
      closeToTray: 'ウィンドウを閉じても動作を続ける',
      checkForUpdates: '新しいバージョンを確認',
      website: 'Video Inbox のウェブサイト',
      closeWindow: 'ウィンドウを閉じる',
      minimise: '最小化',
      resetZoom: '実際のサイズ',
      zoomIn: '拡大',
      zoomOut: '縮小',
      fullScreen: 'フルスクリーン',
      quit: 'Video Inbox を終了',
    },
    tray: {
      open: 'Video Inbox を開く',
      recent: '最近の動画',
      noRecent: '動画はまだありません',
      pauseDownloads: 'ダウンロードを一時停止',
      storage: {
        ok: '',
        full: 'ディスクがいっぱいです：新しい内容は保存されません',
        gone: 'ライブラリがありません：新しい内容は保存されません',
        slow: 'ディスクの動作がとても遅くなっています',
      },
      shelf: 'S3 ストアを使えません：動画はここで待ちます',
      tooltip: (unseen) => (unseen === 0 ? 'Video Inbox' : `Video Inbox: 新着 ${unseen}`),
      status: ({ kind, state }) => {
        if (kind === 'none') return 'このマシンからのみ到達できます';
        switch (state) {
          case 'online':
            return 'コールバック URL に到達できます';
          case 'connecting':
            return 'コールバック URL に接続中';
          case 'degraded':
            return 'コールバック URL が不安定です';
          case 'blocked':
            return 'コールバック URL に対応が必要です';
          case 'offline':
            return 'コールバック URL に到達できません';
        }
      },
    },
    commandLine: {
      noDisplay:
        'このプログラムはディスプレイなしではコマンドを実行できません。ディスプレイのないマシンではソースから「npm pack」で作るパッケージが Node だけで同じことをします。',
    },
    contextMenu: {
      undo: '元に戻す',
      redo: 'やり直す',
      cut: '切り取り',
      copy: 'コピー',
      paste: '貼り付け',
      selectAll: 'すべて選択',
      open: '開く',
      openFile: '別のプログラムで開く',
      showInFolder: 'フォルダーで表示',
      copyFile: 'ファイルをコピー',
    },
    background: {
      title: 'Video Inbox は動作を続けています',
      inTray:
        'トレイに残り、コールバックを受け取り続けます。終了はトレイから行えます。動作は「ファイル」メニューで変えられます。',
      minimised:
        'このデスクトップにはトレイがないため、ウィンドウを最小化し、Video Inbox はコールバックを受け取り続けます。Ctrl+Q で終了できます。動作は「ファイル」メニューで変えられます。',
    },
    badge: (unseen) => `未確認 ${unseen}`,
    failures: {
      title: 'Video Inbox を起動できませんでした',
      crashed: 'Video Inbox が停止しました',
      startedAgain: 'Video Inbox は停止し、起動し直しました',
      startedAgainBody: (logFile) =>
        `Video Inbox は自身のエラーにより停止し、起動し直しました。応答済みのコールバックはすべてディスクにあります。その間に届いたものは欠けている可能性があり、待っているものは問い合わせます。${logFile === null ? '' : `何が起きたかは ${logFile} にあります。`}`,
      notInUse: '使われていない設定またはキーがあります',
      notTakenOver: '平文のキーをキーチェーンに移せませんでした。キーは使えます。次の起動時に再試行します。',
      pageBroken: 'このウィンドウで続けて問題が起きました',
      pageBrokenBody:
        'インボックス自体は動いており、コールバックを受け取り、動画を保存しています。失われたものはありません。',
      pageReload: '読み込み直す',
      pageStuck: 'このウィンドウは応答していません',
      pageWait: '待つ',
      notOpened: 'システムが開けませんでした',
      notOpenedBody: (place, reason) => `ご自身で開いてください：${place}（${reason}）`,
    },
    attached: {
      title: 'Video Inbox（「serve」で動作中。このウィンドウを閉じても動き続けます）',
      ended: 'このウィンドウが表示していたインボックスが終了しました',
      endedBody:
        '動画はディスクにあります。再び動くまでコールバックは受け取られません。ここで起動するか、「video-inbox serve」をもう一度起動してください。',
      startHere: 'ここで起動',
    },
    secrets: {
      basicText:
        'このシステムにはキーチェーンがないため、キーは固定のパスワードで保存され、このユーザーのどのプログラムでも解除できます。',
    },
    move: {
      title: 'ライブラリの移動先を選択',
      button: 'ここに移動',
      folderName: 'Video Inbox ライブラリ',
      failed: 'ライブラリは移動されませんでした',
    },
    saving: {
      title: '名前を付けて保存',
      failed: 'ファイルは保存されませんでした',
      failedBody: (file) =>
        `${file} を最後まで書き込めなかったため、書きかけのものは削除しました。そこに空きを作るか別のフォルダーを選び、もう一度保存してください。ライブラリは元のままです。`,
      done: '保存しました',
    },
    updates: {
      title: '新しいバージョンの準備ができました',
      body: (version) => `次の起動から Video Inbox ${version} を使います。`,
    },
  },
};
