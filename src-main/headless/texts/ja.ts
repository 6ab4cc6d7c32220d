/** Japanese. Commands, flags and values stay as they are typed. */
import { amounts } from '../../common/texts/amounts.ts';
import { help } from './help/ja.ts';
import type { TerminalPack } from './packs.ts';

const { number } = amounts('ja');

export const pack: TerminalPack = {
  help,
  terminal: {
    counts: {
      tasks: (n) => `タスク ${number(n)} 件`,
      videos: (n) => `動画 ${number(n)} 本`,
      savedVideos: (n) => `保存済み動画 ${number(n)} 本`,
      callbacks: (n) => `コールバック ${number(n)} 件`,
      bodies: (n) => `保存済み本文 ${number(n)} 件`,
      events: (n) => `イベント ${number(n)} 件`,
      files: (n) => `ファイル ${number(n)} 個`,
      films: (n) => `動画 ${number(n)} 本`,
    },
    note: (sentence) => `注：${sentence}`,
    none: 'なし',
    states: { processing: '生成中', succeeded: '成功', failed: '失敗', unknown: '不明' },
    videoStates: {
      queued: '順番待ち',
      downloading: 'ダウンロード中',
      saved: '保存済み',
      failed: '失敗',
      expired: '失効',
    },
    trust: { signed: '署名あり', unsigned: '署名なし', confirmed: '確認済み', conflicting: '食い違い' },
    unknownProvider: '不明なプロバイダー',
    apiKey: {
      made: (id) => `これがキー ${id} です。再表示はされません。「video-inbox api-key revoke ${id}」で無効にできます。`,
      nothing: 'キーはまだありません。',
      revoked: (id) => `キー ${id} はもう受け付けられません。`,
    },
    doctor: {
      checked: (tasks, videos) => `${tasks}と${videos}を確認しました。`,
      mended: (problem) => `修復済み：${problem}`,
      found: (problem) => `検出：${problem}`,
      allWell: 'すべて問題ありません。',
      needsYou: '対応が必要なものがあります。上をご覧ください。',
      takeOver: 'これらを反映しますか？',
      reread: (bodies, changes, applied) =>
        `${bodies}を読み直しました：${number(changes)} 件が今はよりよく読めます${applied ? '（反映済み）' : ''}。`,
      more: (n) => `… ほか ${number(n)} 件`,
    },
    exported: {
      titleNotUsed:
        '--title は --client と --markers が作るものの題名です。どちらも指定されていないため、使われません。',
      lacking: (ids) => `動画がまだディスクにないため、コピーしていません：${ids}`,
      nothing:
        'この中に保存済みの動画がまだないため、何もコピーしていません。「video-inbox show TASK_ID」でそれぞれの状態がわかります。',
    },
    imported: {
      nothing:
        'そこに動画はありません。フォルダーからは .mp4、.mov、.webm などを取り込みます。ほかのファイルは名前で指定してください。',
      done: (imported, present, failed) =>
        [
          `${imported}を取り込みました`,
          ...(present > 0 ? [`${number(present)} 本は既にあります`] : []),
          ...(failed > 0 ? [`${number(failed)} 本は取り込めません（上を参照）`] : []),
        ].join('、') + '。',
    },
    replay: {
      same: '現在のリーダーでも結果は同じです。',
      otherwise: '現在のリーダーでは結果が違います。',
      taken: '反映しました。',
      notTaken: (n) => `まだ何も変わっていません。「video-inbox replay ${n} --take」で反映します。`,
      answered: (status) => `応答 ${status}`,
      notAnswered: (reason) => `応答なし：${reason}`,
      sent: (answer, ms) => `送信：${answer}、${ms} ms`,
      sentSigned: (answer, ms) => `署名し直して送信：${answer}、${ms} ms`,
    },
    requests: {
      nothing: 'まだ何も届いていません。',
      noneRefused: '拒否されたものはありません。',
      notKept: '本文は残っていません。',
      isCut: '… 本文は先頭だけ残っています。',
    },
    sendTest: {
      film: (taskId) => `送信し、応答がありました。「video-inbox wait ${taskId}」で保存後にファイルを表示します。`,
      failure: (taskId) => `送信し、応答がありました。「video-inbox wait ${taskId}」で失敗の理由を表示します。`,
      noLink: (taskId) =>
        `送信し、応答がありました。このプロバイダーのコールバックにはリンクがないため、サンプルからは何も保存しません。本物に必要なものは「video-inbox wait ${taskId}」で分かります。`,
    },
    serve: {
      open: 'Video Inbox を開きました。',
      gallery: 'ギャラリー',
      callbackUrl: 'コールバック',
      twins: 'コピー用',
      library: 'ライブラリ',
      stop: 'Ctrl+C で終了します。',
      reachable: (url) => `プロバイダーからコールバック URL に到達できます：${url}`,
      makeReachable: '「video-inbox tunnel set-token」または --public-url で、プロバイダーから到達可能になります。',
    },
    settings: {
      stored: (name) => `${name} を保存し、使用中です。`,
      backToUsual: (name) => `${name} を通常の値に戻しました。`,
      storedForLater: (name) => `${name} を保存しました。インボックスの起動時から使います。`,
      notUsual: (usual) => `通常は ${usual}`,
      fromEnvironment: '環境変数',
      proxy: 'ngrok 以外の外向きの通信に使うプロキシ',
    },
    show: {
      task: 'タスク',
      provider: 'プロバイダー',
      state: '状態',
      message: '内容',
      prompt: 'プロンプト',
      source: '素材',
      received: '受信',
      callbacks: '回数',
      video: (n) => `動画 ${n}`,
      attempt: (n, of, reason) => `試行 ${n}${of === null ? '' : `/${of}`}: ${reason}`,
      next: (time) => `次の試行 ${time}`,
    },
    status: {
      runs: (pid, dataDir) => `Video Inbox は pid ${pid} で ${dataDir} を使って動いています`,
      labels: {
        tasks: 'タスク',
        videos: '動画',
        waiting: '待機中',
        disk: 'ディスク',
        gallery: 'ギャラリー',
        callback: 'URL',
        trouble: '問題',
        refused: '拒否',
        machines: 'マシン',
      },
      tasks: (total, succeeded, failed, processing, unknown) =>
        `${total}（成功 ${succeeded}、失敗 ${failed}、作成中 ${processing}、不明 ${unknown}）`,
      videos: (saved, waiting, failed, expired) =>
        `保存済み ${saved}、取得中 ${waiting}、失敗 ${failed}、期限切れ ${expired}`,
      watch: (tasks, overdue) => `${tasks}、遅延 ${overdue}`,
      nobodyAsked: '現在は問い合わせなし',
      nextAsk: (at) => `次の問い合わせ ${at}`,
      free: (size) => `空き ${size}`,
      trouble: (since, message) => `${since} から：${message}`,
      refused: (callbacks, status, message) => `今日 ${callbacks}、最後は ${status}: ${message}`,
      showRefused: '「video-inbox requests --refused」で見られます',
      thisOne: '（これ）',
      toBeSent: (roles, waiting) => `${roles}、未送信 ${waiting}`,
      noRoomFor: { downloads: '動画を置く空きなし', callbacks: 'ディスク満杯' },
      olderBuild: '古いビルド',
      awaySince: (time) => `${time} から不在`,
      reachability: {
        online: '到達可能',
        degraded: '接続済み、ただしテストが届きませんでした',
        connecting: '接続中',
        blocked: '到達不可、対応が必要です',
        offline: '外部から到達不可',
      },
    },
    list: {
      nothing: 'まだ何もありません。',
      noMatch: '一致するものはライブラリにありません。',
      leaveOut: '単語か条件を減らすか、「video-inbox list」ですべてを表示してください。',
      notACondition: (term, like) => `「${term}」は条件ではないため、書かれたとおりに検索しました。似た条件：${like}。`,
      didYouMean: (query, count) => `もしかして：${query}（${count}）`,
    },
    onlyNewest: (shown) => `最新の${shown}件だけを表示しています。--limit N でさらに表示できます。`,
    tagged: (tasks) => `${tasks}を変更しました。`,
    tunnel: {
      ask: 'ngrok の authtoken を貼り付けて Enter を押してください。表示されません。',
      savedForLater: '保存しました。インボックスの起動時にトンネルを接続します。',
      savedOther:
        '保存しましたが、実行中のインボックスは別の --tunnel か --public-url で起動されており、それを使い続けます。',
      saved:
        '保存しました。トンネルを接続中です。コールバック URL に届くようになったかは「video-inbox status」で分かります。',
    },
    url: {
      loopback:
        'これはループバックアドレスです。プロバイダーからは届きません。公開アドレスにはトンネルを設定してください。',
      loopbackOnly: 'これはループバックアドレスです。プロバイダーからは届きません。',
    },
    wait: {
      notCome: (id) => `時間切れです：「${id}」のコールバックはまだ届いていません。`,
      notFinished: (id) => `時間切れです：「${id}」はまだ終わっていません。インボックスで続きます。`,
      inboxGone: (id) => `時間切れです：「${id}」は終わっておらず、インボックスはもう動いていません。`,
      failed: 'プロバイダーによると失敗しました。理由の説明はありません。',
      notDownloaded: '動画をダウンロードできませんでした。',
      needsKey:
        'タスクは成功しましたが、動画の取得にはプロバイダーの API キーが必要です。キーを設定すれば自動で取得します。',
      noVideo: 'タスクは成功しましたが、動画を示すものがなく、保存するものがありません。',
    },
  },
};
