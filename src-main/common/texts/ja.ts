/** Japanese. Polite and short, as system messages are; commands, flags, names of providers, keys and fields stay as written. */
import { isOfDisk } from '../download-trouble.ts';
import { providerName, providers } from '../providers/catalog.ts';
import { amounts, ended } from './amounts.ts';
import type { CorePack } from './core-packs.ts';
import { faultIn, isUnreached, type FaultWords } from './en-providers.ts';

const { bytes, kibi, mebi, megabytes, number, seconds } = amounts('ja');

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';
const keepsTrying = 'Video Inbox は再試行を続けます。';
const noCallbacks = 'コールバックを受け取れません';
const refusing = 'コールバックを拒否しており、新しいものは保存されません';
const goesOn = 'プロバイダーはしばらく再送を続けるので、その間に対処すればインボックスは自動で再開します';

const faults: FaultWords = {
  'no-api': 'Video Inbox はこのプロバイダーに問い合わせできません。コールバックは受け取ります。',
  'no-key': 'このプロバイダーのキーが未設定です。設定すると、待っていたものはすべて自動で再開します。',
  'bad-key':
    'プロバイダーがキーを受け付けません。誤り、失効、または権限不足です。別のキーを設定してください。その間も失われるものはありません。',
  'no-credits': 'クレジットを使い切りました。プロバイダーのアカウントに追加して、もう一度お試しください。',
  'key-limit': 'このキーの利用上限に達しました。プロバイダー側で上限を上げるか、別のキーを設定してください。',
  'rate-limited': 'プロバイダーによるとリクエストが多すぎます。1 分後にもう一度お試しください。',
  'not-found': 'プロバイダーはこのタスクを知りません。',
  invalid: 'プロバイダーは送信内容を受け付けません。',
  moderated: 'プロバイダーのコンテンツフィルターで止められました。プロンプトか素材を変えて、もう一度お試しください。',
  'input-unreachable':
    'プロバイダーが素材を取得できませんでした。公開された https アドレスが必要です。手元のファイルはパスを指定すればアップロードされます。',
  account:
    'プロバイダー側のアカウントに問題があり、何も受け付けられません。アカウントを確認してから、もう一度お試しください。',
  'too-many-running':
    'アカウントで同時に制作できる数の動画がすでに制作中です。1本終わるのを待って、もう一度お試しください。',
  'blocked-place':
    'プロバイダーのアカウントは特定のアドレスだけを許可しており、このコンピューターのアドレスは含まれていません。そこに追加してから、もう一度お試しください。',
  maintenance: 'プロバイダーはメンテナンス中です。後でもう一度お試しください。',
  server: 'プロバイダー側で問題が起きました。後でもう一度お試しください。',
  ended: 'プロバイダーがこのタスクを打ち切りました。',
  disabled: 'プロバイダーがこの機能を停止しています。',
  timeout: 'プロバイダーが時間内に応答しませんでした。',
  network: 'プロバイダーとの接続が切れたか、接続がありません。',
  certificate:
    'このコンピューターはプロバイダーのアドレスの証明書を信頼していません。時計がずれているか、プロキシかウイルス対策が暗号化通信を読んでいるかもしれません。Video Inbox の環境変数 NODE_EXTRA_CA_CERTS=ファイル で、信頼する証明書を指定できます。',
  proxy:
    'プロキシに接続できないか、プロキシが通さないため、プロバイダーには何も届いていません。このマシンまたは Video Inbox のプロキシ設定を確認してください。',
  unreadable: 'プロバイダーの応答を理解できません。',
  'no-address': 'このタスクの問い合わせ先は依頼への応答にしか書かれておらず、このタスクは別の場所で依頼されました。',
  interrupted: 'プロバイダーが応答する前に Video Inbox が終了しました。',
  stopped: '送信する前に Video Inbox が終了しました。',
};
const longPause = (minutes: number): string =>
  `プロバイダーによるとリクエストが多すぎ、${minutes < 60 ? `${String(minutes)} 分` : '1 時間以上'}の間隔を求めています。その後に依頼し直してください。`;
const fault = (code: string, said: string | null, pauseMinutes?: number): string => {
  const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
  return said === null ? ours : `${ours}プロバイダーのメッセージ：${ended(said)}`;
};
const unreached = (provider: string, why: string): string =>
  `${providerName(provider)} に接続できなかったため、何も依頼されず、支払いもありません。${why}解消したら、もう一度依頼してください。`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, fault(code, said))
    : `${providerName(provider)} が依頼を断ったため、何も作られていません。${fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string =>
  `${why}この ID の依頼はこのように終わりました。新しい依頼には別の ID が必要です。`;
const formats = { json: 'JSON メッセージ', xml: 'XML メッセージ', text: 'テキスト' } as const;
const ids = 'data.taskId、data.task_id、taskId、task_id、request_id、data.id、id、および id で終わる名前';

export const pack: CorePack = {
  errors: {
    broken: 'Video Inbox 内で問題が起きました。動画はディスク上で無事です。詳しくはログファイルをご覧ください。',
  },
  access: {
    notThisServer: 'このアドレスはローカルサーバーのものではありません。',
    otherSite: 'ほかのサイトからのリクエストは拒否されます。',
    signIn:
      'このギャラリーにはキーが必要です。アプリから開くか、「video-inbox status」が表示するアドレスで開いてください。',
    noCookies:
      'このブラウザーはこのアドレスの Cookie を保存しません。ギャラリーは Cookie であなたを見分けます。ブラウザーの設定でこのアドレスの Cookie を許可してから、同じ方法でギャラリーを開き直してください。',
    scriptKey:
      'このキーはスクリプト用です。キーの作成、シークレットの設定、このインボックスを別のインボックスのコピーにすることはできません。何も変更されていません。ギャラリーまたは video-inbox のコマンドで行ってください。',
    twinKey:
      'このキーはこのインボックスのコピー（ツイン）用で、ここでは何も開けません。スクリプトには専用のキーが必要です。「video-inbox api-key new」で作成できます。',
    callTooLarge: '呼び出しが大きすぎます。',
    noArguments: '呼び出しの本文には引数の JSON 配列が必要です。',
  },
  callbacks: {
    noUrlAtAll: 'コールバック URL がありません',
    labelLength: (most) => `コールバック URL には 1～${number(most)} 文字の名前が必要です。`,
    unknownProvider: (name) => `「${name}」というプロバイダーはありません。`,
    noSuchUrl: 'そのコールバック URL はもうありません。',
    filmNotStored: 'コールバック内の動画を保存できませんでした。もう一度送ってください。',
    noSuchRequest: (n) => `リクエスト ${n} はもう一覧にありません。`,
    nothingToReplay: '現在のリーダーでもこの本文にタスクが見つからないため、何も変更していません。',
    forwardTo: (given) => `「${given}」は http://localhost:3000/hooks/kie のようなアドレスではありません。`,
    unknownSample: (id, known) => `「${id}」のサンプルコールバックはありません。使えるもの：${known}。`,
    sampleUnreadable: 'サンプルコールバックを読めませんでした',
    testNotArrived:
      'テストコールバックがインボックスに届きませんでした。本物も届きません。トンネルを確認して、もう一度お試しください。',
    testRefused:
      'テストコールバックに 404 が返りました。本物も拒否されるおそれがあります。公開アドレスで別のものが応答しているか、設定で配信元のアドレスが限られていて（callbacks.allowAddresses）、このマシンのアドレスが含まれていません。',
    testAnswered: (status, answer) =>
      `テストコールバックに ${status} が返りました。本物も拒否されるおそれがあります：${answer}`,
  },
  commands: {
    unknownCall: (name) => `「${name}」という呼び出しはありません。`,
    callNotUnderstood: (name, where, problem) => `呼び出し「${name}」を理解できません：${where}: ${problem}。`,
    missing: (what) => `${what} がありません。コマンドの書き方は「video-inbox help」で分かります。`,
    filmGone: (file) => `${file} はもうありません。ほかに足りないものは「video-inbox doctor」で分かります。`,
    programFileMissing: (file) =>
      `Video Inbox 自身のファイル（${file}）が見つからないため、このコマンドを実行できません。動画には影響ありません。Video Inbox をインストールし直してください。ソースから使っている場合は「npm run build」を実行してください。`,
    outputLost: (reason) => `出力を書き込めませんでした：${reason}。別の場所に書き込んで、もう一度お試しください。`,
    orderOutputLost: (reason) =>
      `依頼の結果を書き込めませんでした：${reason}。確認する前に依頼し直さないでください。依頼されていれば「video-inbox list」に出ます。`,
    madeAllTheSame: (key) =>
      `依頼そのものは済んでいます。依頼し直さないでください。「video-inbox wait ${key}」で動画を待てます。`,
    bodyCut: (n) => `リクエスト ${n} は先頭しか残っていないため、読み直しも再送もできません。`,
    bodyNotKept: (n) => `リクエスト ${n} の本文は残っていないため、読み直しも再送もできません。`,
    arguments: '引数',
    surplus: (argument) => `引数「${argument}」は余分です。`,
    notBoth: (one, other) => `--${one} と --${other} は同時に使えません。どちらかを外してください。`,
    flagMustBe: (flag, meaning, given) => `--${flag} は、${meaning}で指定してください（「${given}」は使えません）。`,
    unknownCommand: (name, known, likely) =>
      `「${name}」というコマンドはありません。${likely === null ? '' : `もしかして「${likely}」ですか？`}使えるコマンド：${known}。各コマンドの説明は「video-inbox help」で見られます。`,
    unknownApiKeyCommand: (what) => `「api-key ${what}」はありません。使えるもの：api-key new, list, revoke ID。`,
    unknownScope: (given) => `--scope は「local」か「twin」です（「${given}」は使えません）。`,
    noLibrary: (dataDir) =>
      `${dataDir} にはまだライブラリがありません。「video-inbox serve」がそこに作ります。別の場所は --data-dir で指定します。`,
    exportTaken: (file) => `${file} は既にあり、そのまま残します。--to で空のフォルダーを選んでください。`,
    exportRefused: (folder, reason) =>
      `${folder} にコピーを書き込めません：${reason}。--to で別のフォルダーを選んでください。`,
    exportInside: (folder) =>
      `${folder} はライブラリ自身のファイルの場所なので、何もコピーしていません。--to でライブラリの外のフォルダーを選んでください。`,
    exportWhere: 'コピー先を指定してください：--to DIR。',
    notExported: (id) => `タスク「${id}」はこのライブラリにないため、何も書き出していません。`,
    unknownState: (known, given) => `--state は ${known} のいずれかです（「${given}」は使えません）。`,
    searchTooLong: (most, given) =>
      `検索は ${most} 文字までですが、これは ${given} 文字あります。単語を減らしてください。`,
    noSuchRequest: (n) => `リクエスト ${n} はありません。「video-inbox requests」で一覧を見られます。`,
    noRequestNumber: (given) =>
      `「${given}」はリクエストの番号ではありません。「video-inbox requests」で一覧を見られます。`,
    notInLibrary: (id) => `タスク「${id}」はこのライブラリにありません。あるものは「video-inbox list」で見られます。`,
    overBudget: (cost, budget, where) =>
      `通常 ${number(cost)} クレジットかかり、${where} の ${number(budget)} を超えるため、何も依頼していません。${where} を大きくするか、付けずに依頼してください。`,
    costUnknown: (where) =>
      `料金がここではまだ分からず ${where} を守れないため、何も依頼していません。プロバイダーで料金を確かめ、${where} なしで依頼してください。結果が届けば料金が分かります。`,
    paramForm: (given) => `--param は seed=7 のように NAME=JSON で指定してください（「${given}」は使えません）。`,
    tagWhat: '変更内容を指定してください：--add TAG、--remove TAG、またはその両方。',
    notTagged: (id) => `タスク「${id}」はこのライブラリにないため、タグは変更していません。`,
    unknownTunnelCommand: (what) => `「tunnel ${what}」はありません。使えるもの：tunnel set-token。`,
    notHere: (key, n) =>
      `${key} の動画 ${n} は保存済みですが、このコンピューターにはありません。「video-inbox export ${key} --to DIR」で取り寄せられます。`,
    despiteFailure: (place) => `それでもプロバイダーは動画を示しており、ここにあります：${place}`,
    filmToCome: (key) =>
      `それでもプロバイダーは動画を示しており、取得中です。その後どうなったかは「video-inbox show ${key}」で分かります。`,
    draftHere: (place) => `生成中にプロバイダーが示したものがここにあります。下書きかもしれません：${place}`,
    notKnown: (id) => `このインボックスはタスク「${id}」を知りません。`,
    linkToNothing: (place) =>
      `${place} はリンクですが、リンク先がないため取り込んでいません。リンク先を元に戻すか、動画そのものを指定してください。`,
    noSuchPath: (place) => `ファイルもフォルダーも ${place} にはないため、何も取り込んでいません。`,
    nameNotUtf8: (place) =>
      `${place} の名前は UTF-8 で書かれていないため開けず、そこからは何も取り込んでいません。名前を変えてから、もう一度取り込んでください。`,
    notRead: (place, reason) => `${place}: ${reason}`,
    settingsUsage:
      '何をするか指定してください：「settings list」または「settings set NAME VALUE」（VALUE「usual」は未設定時の値）。',
    unknownSetting: (word, known) => `「${word}」という設定はありません。使える名前：${known}。`,
    storeUsage:
      '移動先を指定してください：video-inbox store move --to s3://bucket/folder?endpoint=…&region=…、または --to disk。',
    noShelf: '動画を戻す元の保管場所がありません。VIDEO_INBOX_STORE_URL に動画のある場所を設定してください。',
    otherBytes: (name) =>
      `${name} の内容が移動元と移動先で異なります。元の場所に残してあり、比較していないものは何も削除していません。もう一度お試しください。繰り返す場合は、動画を保管しているディスクまたはサーバーが壊れています。`,
    credits: 'クレジット数',
    wholeNumber: '1 以上の整数',
    orderId: '8～100 文字の英数字・ドット・ハイフン',
    seconds: '秒数',
    noSuchArgument: (name, known) =>
      `引数「${name}」はないため、何もしていません。使えるもの：${known === '' ? 'なし' : known}。`,
    argumentMissing: (name, known) => `引数「${name}」がないため、何もしていません。使えるもの：${known}。`,
    argumentsUnnamed: (known) =>
      `引数は名前付きの一つのオブジェクトで指定してください。何もしていません。使えるもの：${known === '' ? 'なし' : known}。`,
    noSuchTool: (name, known) => `ツール「${name}」はないため、何もしていません。使えるもの：${known}。`,
    promptTooLong: (most, total) =>
      `プロンプトは ${number(most)} 文字までですが、これは ${number(total)} 文字あります。いくらか短くしてください。何も依頼していません。`,
    argumentNotUnderstood: (where, problem) => `${where}: ${problem}。`,
  },
  config: {
    flagUnknown: (flag, known) => `オプション ${flag} はありません。使えるオプション：${known}。`,
    flagNeedsValue: (flag) => `${flag} には値が必要です。「-」で始まる値は ${flag}=… と書きます。`,
    flagTakesNoValue: (flag) => `${flag} に値は付けられません。`,
    dataDirEmpty: '--data-dir にはフォルダーを指定してください。空になっています。',
    port: (flag, given) => `--${flag} は 0～65535 のポート番号です（0 = 空いているポート）。「${given}」は使えません。`,
    syncCert: '--sync-cert と --sync-key は組で指定します。証明書とその鍵の PEM ファイルです。',
    syncHost: (given) => `--sync-host は 0.0.0.0 のようなこのマシンのアドレスです（「${given}」は使えません）。`,
    syncAlone: (flag) =>
      `--${flag} は --sync-port がないと働きません。コピー用のポートは開きません。--sync-port を加えるか、これを外してください。`,
    twinMedia: (given) => `--twin-media は「all」「starred」「opened」のいずれかです（「${given}」は使えません）。`,
    twinMaxMib: (given) => `--twin-max-mib は MiB の数値です（「${given}」は使えません）。`,
    cacheMib: (given) => `VIDEO_INBOX_CACHE_MIB は MiB の整数です（0 = ここには残さない。「${given}」は使えません）。`,
    seconds: (flag, given) => `--${flag} は秒数です（「${given}」は使えません）。`,
    tunnel: (given) => `--tunnel は「none」か「ngrok」です（「${given}」は使えません）。`,
    address: (flag, given) =>
      `--${flag} は https://inbox.example.com のようなアドレスです（「${given}」は使えません）。`,
    host: (flag, given) =>
      `--${flag} は 192.168.1.5:8080 のようなホストまたは host:port です（「${given}」は使えません）。`,
    requireSignature: (known, given) =>
      `--require-signature は「none」「all」、またはカンマ区切りのプロバイダー（${known}）です（「${given}」は使えません）。`,
    logLevel: (known, given) => `--log-level は ${known} のいずれかです（「${given}」は使えません）。`,
    portTaken: (port, name, isForbidden, flag) =>
      `${name} 用のポート ${port} は${isForbidden ? 'このユーザーには使えません' : '別のプログラムが使用中です'}。そのプログラムを終了するか、--${flag} で別のポートを選んでください（0 = 空いているポート）。`,
    unknownSecret: (name) => `「${name}」というシークレットはありません。`,
    secretOfEnvironment: 'このシークレットは環境変数から来ています。そちらを変更して起動し直してください。',
    senderAddress: (given) =>
      `「${given}」はアドレスではないため、何も変更していません。203.0.113.9 のようなアドレスか 203.0.113.0/24 のような範囲を指定してください。`,
    apiBase: (given) =>
      `--api-base は kie=https://… のように PROVIDER=URL で指定してください（「${given}」は使えません）。`,
    apiBaseUnknown: (name, known) =>
      `API のアドレスを変えられるプロバイダー「${name}」はありません。使える名前：${known}。`,
    apiBaseAddress: (source, given) =>
      `${source} には https://api.example.com のようなアドレスを指定してください（「${given}」は使えません）。`,
    unknownApiKey: (id) => `キー「${id}」はありません。「video-inbox api-key list」で一覧を見られます。`,
    keysUnreadable: (file) =>
      `キーのファイル（${file}）を読めません。直すか取り除いてから起動し直してください。動画には触れません。`,
    caFile: (file) => `CA ファイル ${file}（VIDEO_INBOX_NGROK_CA_FILE）を読めません。`,
    storeKeys:
      '動画の保存先は S3 ですが、キーが未設定です。AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY を設定するか、~/.aws/credentials に書いてください（AWS_PROFILE）。',
    storeUrlProblems: {
      form: 's3://bucket/folder?endpoint=https://…&region=… の形にしてください',
      keysInside: 'キーを含めないでください。キーは AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY から読みます。',
      endpoint:
        'endpoint は http または https のサーバーのアドレスで、ホストとポートの後に何も付けないでください：https://s3.example.com:9000',
      fields: '「?」の後に書けるのは endpoint=…、region=…、pathStyle=1 だけで、間に「&」を置きます。',
      folder:
        'フォルダーに「..」を含めず、アドレスで別の意味を持つ文字は % を %25、# を %23、? を %3F と書いてください。',
    },
    storeUrl: (why) => `VIDEO_INBOX_STORE_URL を使えません。${why}`,
    shelf: {
      keys: 'S3 サーバーはこのバケットにこのキーを受け付けません。AWS_ACCESS_KEY_ID と AWS_SECRET_ACCESS_KEY とその権限を確認してください。',
      bucket: 'S3 サーバーにこの名前のバケットがありません。VIDEO_INBOX_STORE_URL を確認してください。',
      region:
        'S3 サーバーではこのバケットは別のリージョンにあります。VIDEO_INBOX_STORE_URL のリージョンを確認してください。',
      regionIs: (region) =>
        `S3 サーバーではこのバケットはリージョン ${region} にあります。VIDEO_INBOX_STORE_URL に region=${region} と書いてください。`,
      leadsTo: (origin) =>
        `S3 サーバーのアドレスは ${origin} に転送しています。VIDEO_INBOX_STORE_URL の endpoint を確認してください。http ではなく https が必要かもしれません。`,
      expired:
        'S3 サーバーのキーの期限が切れました。新しいキーを ~/.aws/credentials に書けば自動で読み込まれます。または AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY、AWS_SESSION_TOKEN を設定し、Video Inbox を起動し直してください。',
      archived:
        'S3 サーバーがこの動画をアーカイブに移しました。失われてはいません。そこで復元し（「aws s3api restore-object」）、フォルダーをその規則から外してください。そうすれば再び見られ、コピーできます。',
      tooLarge: (status, word) =>
        `S3 サーバー、またはその前のプロキシが、この大きさのリクエストを受け付けません（${String(status)} ${word}）。一度に 64 MiB を受け付けるようにしてください（nginx：client_max_body_size 64m）。待っている分は自動で送られます。`,
      full: (status, word) =>
        `S3 サーバーに空きがありません（${String(status)} ${word}）。そこに空きを作るか、上限を上げてください。`,
      busy: (status, word) =>
        `S3 サーバーが混んでいるか、壊れています（${String(status)} ${word}）。自動で再び試します。続くときはサーバーを確認してください。`,
      certificate: (word) =>
        `このマシンは S3 サーバーの証明書を信頼していません（${word}）。自前の証明書なら、NODE_EXTRA_CA_CERTS に認証局のファイルを指定し、Video Inbox を起動し直してください。`,
      plain:
        'S3 サーバーはこのアドレスで https を話しません。VIDEO_INBOX_STORE_URL の endpoint を確認してください（http か https か、ポート）。',
      proxy: (host, errno) =>
        `S3 サーバーに接続できません：プロキシ ${host} が何も通しません（${errno}）。このマシンまたは Video Inbox のプロキシ設定を確認するか、サーバーのホストを NO_PROXY に書いてください。`,
      clock: 'このマシンの時計が合っていないため、S3 サーバーが拒否しています。時計を合わせてください。',
      away: 'VIDEO_INBOX_STORE_URL の S3 サーバーに接続できません。アドレスと、サーバーが動いているかを確認してください。',
      other: (status, word) => `S3 サーバーが拒否しています（${String(status)} ${word}）。`,
    },
    shelfTrouble: (why) =>
      `${why}動画はそれでも取得され、受け付けられるまでこのマシンで待ちます。そこにある動画もそのとき再び見られます。`,
  },
  desktopFailures: {
    notOnDisk: 'この動画はまだディスクにありません。しばらく待つか、タスクの「再試行」を使ってください。',
    onShelf: (place) =>
      `この動画はこのコンピューターではなく保管場所（${place}）にあります。手元に置くにはタスクの「ダウンロード」を使ってください。`,
    noFile: 'この動画のファイルが見つかりません。タスクの「再試行」でもう一度取得できます。',
    notOpened: (reason) =>
      `システムが動画を開けませんでした：${reason}。ファイルは無事です。「フォルダーで表示」をお試しください。`,
    profileRefused: (profile, temporary) =>
      `Video Inbox は自身のフォルダー（${profile} または ${temporary}）に書き込めません。空きを作るか書き込みを許可してから、起動し直してください。ライブラリには触れません。`,
    noClipboard: 'システムがファイルを受け付けませんでした。「フォルダーで表示」からコピーしてください。',
    keysRefused:
      '保存されたキーを今は読めません。システムのキーチェーンが拒否しています。キーは残し、次の起動時に再試行します。キーチェーンのロックを解除するか、設定でキーを入力し直してください。',
    forbidden: 'この呼び出しは Video Inbox のウィンドウからではないため、拒否しました。',
    malformed: 'この呼び出しは形が正しくないため、拒否しました。何も変更していません。',
  },
  doctor: {
    strayFile: (file) => `${file} はどのタスクのものでもありません。そのまま残します。不要なら移動してください。`,
    otherLibrary: (count) =>
      `別のライブラリもこの S3 のフォルダーに動画を置いています。このライブラリのどのタスクにも属さず、そちらのものかもしれないファイル：${String(count)} 件。そのままにしてください。フォルダーを共有すると、同じ ID のタスクの動画が互いに失われることがあるため、どちらかに専用のフォルダーを割り当ててください。`,
    journalLine: (file, offset, size) =>
      `ジャーナルの 1 行（${file}、位置 ${String(offset)}、${String(size)} バイト）を読めません。ほかのイベントは無事です。その行の内容は、プロバイダーが再びコールバックしない限り失われます。`,
    journalGap:
      'ジャーナルから一部のイベントがなくなっています。ファイルの紛失や古いコピーへの置き換えが考えられます。インデックスがまだ知っていることは残すので、index フォルダーを消さないでください。journal フォルダーのバックアップがあればすべて元に戻せます。',
    indexOnly: (n) =>
      `インデックスには、ジャーナルに記録のないタスクが ${number(n)} 件あります。残しておくので、index フォルダーを消さないでください。journal フォルダーのバックアップがあれば失われたものを元に戻せます。`,
    laterVersion: (n, type, version) =>
      `種類「${type}」（形式 ${String(version)}）のイベント ${number(n)} 件は、このプログラムより新しい版のものです。残したまま飛ばします。その版以降なら内容を読めます。`,
    eventNotUnderstood: (n, type) =>
      `イベント ${String(n)}（「${type}」）からタスクを作る途中でプログラムが失敗したため、そのタスクは前のままです。詳しくはログにあります。イベントは残るので、更新後に読み直せます。`,
    indexPage:
      'インデックスの 1 ページが壊れていました。脇に置き、ジャーナルから作り直しました。失われたものはありません。',
    indexUnsaved: (reason) =>
      `インデックスを作り直しましたが、ディスクに書けませんでした（${reason}）。失われたものはなく、次の起動時にジャーナル全体を読みます。空きを作るかディスクを確認して、もう一度実行してください。`,
    indexDiffers: (n) =>
      `${number(n)} 件のタスクについて、インデックスとジャーナルの内容が違っていました。ジャーナルから作り直しました。`,
    missingVideo: (file) =>
      `${file} がディスクにありません。リンクが有効なうちに、タスクを開いて「再試行」を選んで取得してください。`,
    missingYet: (file, names) =>
      `${file} はまだストアにありません。1 台のマシンのディスクにだけあり、そこから自動でストアへ移る動画の 1 つかもしれません：${names}。「video-inbox status」に名前が出なくなってから、もう一度実行してください。それまでは取得し直さないでください。`,
    withheldVideo: (file, why) => `${file} を確認できませんでした。${why}`,
    changedVideo: (file) =>
      `${file} は保存したときのファイルではありません。サイズかハッシュが違います。変更した覚えがなければ、移動してもう一度取得してください。`,
  },
  downloads: {
    reasons: {
      gone: ({ host, status }) =>
        status === 404 || status === 410
          ? `${host} によると、このファイルはもうありません（${status}）。リンクの期限が切れたようです。プロバイダーが新しいリンクを作れるなら、それでお試しください。`
          : `${host} によると、このリンクの期限は切れています（${status}）。プロバイダーが新しいリンクを作れるなら、それでお試しください。`,
      forbidden: ({ host, status }) =>
        status === 403 || status === 406
          ? `${host} はこのファイルの取得を許可しません（${status}）。ブラウザーのように求めても同じでした。リンクの期限切れか、プログラムを拒むホストのようです。リンクをブラウザーで開くか、新しいリンクでお試しください。`
          : `${host} はこのファイルの取得を許可しません（${status}）。リンクの期限切れか、API キーが必要なようです。新しいリンクでお試しください。`,
      'not-there-yet': ({ host, status }) =>
        `ファイルはまだありません：${host} ${status === null ? 'には一部しかありません' : `の応答は ${status} です`}。コールバックは保存先より早いことがよくあります。Video Inbox は自動でもう一度確認します。`,
      'bad-url': () => 'プロバイダーが送ったリンクはウェブアドレスではないため、取得するものがありません。',
      'inline-lost': () =>
        '動画はコールバックの中で届きましたが、そのデータがデータフォルダーにもうありません。プロバイダーにコールバックの再送を求めるか、ファイルを添付してください。',
      'not-http': ({ scheme }) =>
        `リンクの行き先は ${scheme}:// で始まるアドレスですが、動画を取得できるのは https と http のリンクだけです。プロバイダーに https のリンクを求めてください。`,
      'url-with-password': () =>
        'リンクにユーザー名かパスワードが含まれています。Video Inbox はそれをどこにも送らないため、何も取得していません。',
      'private-address': ({ host }) =>
        `リンク先の ${host} はプライベートネットワーク内のため、何も取得していません。自分のサーバーなら、--allow-host ${host} を付けて Video Inbox を起動してください。`,
      'private-from-here': ({ host }) =>
        `ここからは ${host} がプライベートネットワークにつながるため、何も取得していません。先にログインが必要なネットワークではこうなります。ブラウザーでログインしてください。自分のサーバーなら、--allow-host ${host} を付けて Video Inbox を起動してください。`,
      'too-many-redirects': ({ host, limit }) =>
        `${host} は ${limit} 回を超えて転送するだけで、ファイルを返しませんでした。後でもう一度試すか、ブラウザーで取得してください。`,
      'bad-redirect': ({ host }) => `${host} の転送先はウェブアドレスではありません。後でもう一度お試しください。`,
      'too-large': ({ limitBytes }) =>
        `ファイルが上限の ${bytes(limitBytes)} を超えているため、取得していません。設定の「動画の最大サイズ」を上げてから、もう一度お試しください。`,
      'web-page': ({ host, title }) =>
        `${host} は動画ではなくウェブページ${title === '' ? '' : `（「${title}」）`}を返しました。リンクの期限が切れたのかもしれません。ブラウザーで開いて内容を確認してください。`,
      'text-answer': ({ host, format, excerpt }) =>
        `${host} は動画ではなく${formats[format]}を返しました${excerpt === '' ? '' : `：${excerpt}`}。リンクの期限が切れたのかもしれません。新しいリンクでお試しください。`,
      playlist: ({ host }) =>
        `${host} は動画ではなくプレイリストを返しました。プレーヤー向けの断片の一覧で、ファイルではありません。プロバイダーに mp4 を求めるか、断片をつなぐツールで取得してください。`,
      image: () => 'リンク先は動画ではなく画像でした。ブラウザーで開くと見られます。',
      'other-file': ({ what }) => `リンク先は動画ではなく ${what} ファイルでした。ブラウザーで開いて取得してください。`,
      'unknown-file': () =>
        'リンク先は Video Inbox が知る動画ではありませんでした。ブラウザーで開いて確認してください。',
      'not-an-image': () => 'プレビューのリンク先は画像ではありませんでした。',
      empty: ({ host }) =>
        `${host} は空のファイルを返しました。プロバイダーがまだ書き込み中かもしれません。後でもう一度お試しください。`,
      'cut-short': () =>
        '動画が途中で終わっています。サーバー側でファイルの一部が欠けています。後でもう一度お試しください。',
      'no-index': () =>
        '動画にインデックス（moov）がなく、どのプレーヤーでも開けません。プロバイダーがまだ書き込み中かもしれません。後でもう一度お試しください。',
      'no-pictures': () =>
        '動画に映像がありません。プロバイダーがまだ書き込み中かもしれません。後でもう一度お試しください。',
      'trailing-data': ({ extraBytes }) =>
        `動画の後ろに、動画に属さないデータが ${bytes(extraBytes)} あるため、ファイルを残しませんでした。リンクをブラウザーで開いて確認してください。`,
      'wrong-length': ({ host, gotBytes, promisedBytes }) =>
        `${host} は ${bytes(promisedBytes)} と告げながら毎回 ${bytes(gotBytes)} しか送らないため、動画が完全ではありません。後でもう一度お試しください。`,
      'other-checksum': ({ host }) =>
        `${host} から届いたデータのチェックサムが、告げられたものと違います。動画が壊れているおそれがあるため、保存済みにしていません。後でもう一度お試しください。変わらないときは、リンクをブラウザーで開き、再生できればそのファイルを添付してください。`,
      'ended-early': ({ host, gotBytes, promisedBytes }) =>
        `${host} は ${bytes(promisedBytes)} と告げながら ${bytes(gotBytes)} しか送らなかったため、動画が完全ではありません。`,
      'broken-encoding': ({ host }) => `${host} が送ったものを展開できませんでした。後でもう一度お試しください。`,
      'packed-bomb': ({ host }) =>
        `${host} が送ったものは展開すると動画をはるかに超える大きさになるため、残しませんでした。リンクをブラウザーで開いて確認してください。`,
      'disk-full': ({ neededBytes }) =>
        `ディスクの空きが足りません${neededBytes === null ? '' : `（あと ${bytes(neededBytes)} 必要です）`}。取得済みの分は残っており、空きができればダウンロードは自動で再開します。`,
      'disk-error': ({ errno }) =>
        isOfDisk(errno)
          ? `動画をディスクに書き込めませんでした（${errno}）。取得済みの分は残っており、ディスクが直ればダウンロードは自動で再開します。`
          : `動画を S3 サーバーに保存できませんでした（${errno}）。取得済みで、このマシンで待っています。サーバーが受け付け次第、自動で保存されます。`,
      'report-failed': () => '動画はディスクにありますが、ライブラリに記録できませんでした。自動でやり直します。',
      'no-connection-in-time': ({ host }) => `${host} が時間内に接続を受け付けませんでした。`,
      'no-answer-in-time': ({ host }) => `${host} はリクエストを受け取りましたが、時間内に応答しませんでした。`,
      stalled: ({ host }) => `${host} がファイルの途中で送信を止めました。`,
      'too-slow': ({ host }) => `${host} の送信が遅すぎて、ほかの動画を待たせてしまいます。`,
      'took-too-long': ({ host }) => `${host} の送信が遅すぎて、ダウンロードに時間がかかりすぎました。`,
      'no-such-host': ({ host }) => `アドレス ${host} が見つかりませんでした。インターネット接続を確認してください。`,
      'untrusted-certificate': ({ host }) => `${host} の証明書が有効でないため、接続を信頼しませんでした。`,
      'connection-cut': ({ host }) => `ファイルが揃う前に ${host} との接続が切れました。`,
      'connection-refused': ({ host }) => `${host} は今、接続を受け付けていません。`,
      'connection-failed': ({ host, errno }) => `${host} への接続に失敗しました（${errno}）。`,
      'proxy-failed': ({ host, errno }) =>
        `プロキシ ${host} に接続できませんでした（${errno}）。このマシンまたは Video Inbox のプロキシ設定を確認してください。`,
      'daily-limit': ({ limitBytes }) =>
        `このコールバック URL のリンクから今日取得した量が上限の ${bytes(limitBytes)} に達しました。ダウンロードは明日自動で再開します。上限は設定で変えられます。`,
      'server-error': ({ host, status }) => `${host} 側に問題があります（${status}）。`,
      'too-many-requests': ({ host }) => `${host} が待つよう求めています（429）。`,
      'unexpected-status': ({ host, status }) => `${host} の応答はここでは意味をなしません（${status}）。`,
      internal: () =>
        'この動画の取得中に Video Inbox 内で問題が起きたため、試行を止めました。詳しくはログにあります。次の更新後にもう一度試すか、ブラウザーで取得してください。',
    },
    givenUp: (sentence, attempts) =>
      `${sentence}${number(attempts)} 回試して Video Inbox は試行を止めました。取得済みの分は残っています。接続を確認して、もう一度お試しください。`,
    waits: {
      places: '順番待ちです。ほかの動画を取得中です。',
      host: '順番待ちです。同じホストからほかの動画を取得中です。',
      held: 'ホストから少し待つよう求められました。',
      later: '次の試行を待っています。',
      paused: 'ダウンロードは一時停止中です。',
    },
  },
  host: {
    notAProxy: (text) =>
      `「${text}」はプロキシのアドレスではないため、何も変更していません。http://127.0.0.1:7890 のように指定してください。`,
    proxyWithPassword:
      '設定は平文で保存されるため、パスワード付きのプロキシは置けません。何も変更していません。代わりに Video Inbox の環境変数 HTTPS_PROXY に設定してください。',
    crashed: (logFile) =>
      `Video Inbox は自身のエラーにより、失うおそれのあるものを受け取らないよう停止しました。応答済みのコールバックはすべてディスクにあります。起動し直してください。${logFile === null ? '' : `何が起きたかは ${logFile} にあります。`}`,
    closing: 'Video Inbox は終了処理中のため、新しい呼び出しを受け付けません。何も変更していません。',
    closeFailed:
      '終了処理が完了しませんでした。応答済みのコールバックはすべてディスクにあり、残りは次の起動時に作り直します。',
    incomplete: (file) =>
      `この Video Inbox のインストールは不完全です：${file} がありません。入れ直してください。動画には触れません。`,
    settingsRefused: (names) =>
      `settings.json に設定できない値（${names}）があるため、そこには既定値を使います。ほかは選んだとおりです。選び直してください。そのとき古いファイルは残されます。`,
    settingsUnread: (aside) =>
      `settings.json を読めなかったため、既定の設定を使います。動画には触れていません。古いファイルは ${aside} として残してあります。選んでいた設定を、まず公開アドレスから設定し直してください。`,
    urlsLost: (file) =>
      `コールバック URL の一覧（${file}）とその控えを読めなかったため、新しいコールバック URL を作りました。以前の URL へのコールバックは拒否されます。コールバックの送信元には新しい URL を渡してください。動画には触れていません。古い一覧は新しい一覧の隣に残してあります。`,
    settingsUnreadable: (file, code) =>
      `${file} を読めません（${code}）。設定がないとインボックスは起動しません。何も変更していません。このユーザーがファイルを読めるようにするか、既定の設定で始めるにはファイルを別の場所へ移してください。`,
    settingsNotSaved: (reason) => `設定を保存できませんでした：${reason}。以前の設定を使い続けます。`,
    keysBroken: (file) =>
      `キーのファイル（${file}）を読めなかったため、トンネルのものも含めてキーは使われていません。動画には触れていません。キーを入力し直してください。その際、古いファイルは新しいファイルの隣に残します。`,
    secretNotSaved: (reason) => `シークレットを保存できませんでした：${reason}。以前のものを使い続けます。`,
    diskRefused: (reason) =>
      `ライブラリのディスクに書き込めませんでした：${reason}。ライブラリの中身は元のままです。解消してから、もう一度お試しください。`,
    dataDirUnusable: (root, reason) =>
      `データフォルダー ${root} を使えません：${reason}。何も変更していません。--data-dir で別のフォルダーを選ぶか、これを直してから、もう一度お試しください。`,
    disk: {
      EACCES: 'このユーザーには書き込みの権限がありません',
      EPERM: 'このユーザーには書き込みの権限がありません',
      EROFS: 'ディスクが読み取り専用です',
      ENOSPC: 'ディスクがいっぱいです',
      EDQUOT: 'ディスクの割り当てを使い切りました',
      EIO: 'ディスクがエラーを報告しています',
      ENOENT: 'パスの一部が見つからないか、その名前は使えません',
      ENOTDIR: 'パスの一部がフォルダーではなくファイルです',
      EEXIST: '同じ名前のファイルがあります',
    },
  },
  instance: {
    alreadyRunning: (pid, where) => {
      if (where === 'here') {
        return `pid ${String(pid)} の Video Inbox がこのデータフォルダーを使用中です。それを使うか（ギャラリーのアドレスは「video-inbox status」で分かります）、先に終了するか、--data-dir で別のフォルダーを選んでください。`;
      }
      const place = where === 'container' ? '別のコンテナー' : '別のマシン';
      return `${place}の Video Inbox（pid ${String(pid)}）がこのデータフォルダーを使用中です。先にそれを終了するか、--data-dir で別のフォルダーを選んでください。`;
    },
    commandAtWork: (pid) =>
      `pid ${String(pid)} の Video Inbox のコマンド（「store move」や「doctor」など）が今このデータフォルダーで作業しています。終わるのを待ってからやり直すか、--data-dir で別のフォルダーを選んでください。`,
    starting: (pid, dataDir) =>
      `${dataDir} の Video Inbox（pid ${String(pid)}）は起動中です。少ししてからもう一度お試しください。`,
    noRoomForAddress: (pid, dataDir) =>
      `${dataDir} の Video Inbox（pid ${String(pid)}）は動いていますが、ディスクがいっぱいのため、このコマンドの接続先を書き残せませんでした。ライブラリは、起動時に表示されたギャラリーのアドレスで開けます。空き容量を増やし、少ししてからもう一度お試しください。`,
    runsElsewhere: (dataDir) =>
      `${dataDir} の Video Inbox は別のコンテナーまたは別のマシンで動いています。このコマンドはそちらで実行してください。`,
    notRunning: (dataDir) =>
      `${dataDir} で動いている Video Inbox はありません。「video-inbox serve」かアプリで起動してから、もう一度お試しください。`,
    orderInDoubt:
      'インボックスは依頼を受け付けましたが応答が届かず、動画が依頼されたか分かりません。確認する前に依頼し直さないでください。依頼されていれば「video-inbox list」に出ます。プロバイダー側にも一覧があります。',
  },
  journal: {
    reading: 'ジャーナルを読み込み中：イベント',
    checking: '動画を確認中',
    sum: (events, files, size, oldest, newest) => `ジャーナル：${events}、${files}、${size}、${oldest}～${newest}`,
    repeats: (repeats) => `${repeats}は以前と同じ本文`,
  },
  library: {
    notInLibrary: 'その動画はもうライブラリにありません。',
    noStrip: 'フィルムストリップは、保存済み動画の 1 MiB 以下の JPEG でなければなりません。',
    notUndone:
      'もう自動では取り消せません。その後の操作が多すぎるか、インボックスが再起動されました。何も変更していません。',
    changedSince: 'その後、別の操作で変更されたため、何も取り消していません。',
    isSaved: 'その動画は既にディスクにあるため、何も変更していません。',
    linkIsNoAddress:
      'リンクは https:// か http:// で始まります。動画のアドレス全体をコピーして、貼り付け直してください。',
    noSuchFile: (file) =>
      `読めるファイル ${file} がありません。動画を選び直してください。別のマシンのファイルは先にここへコピーしてください。`,
    taskIdNeeded: 'タスク ID が必要です。',
    notWatched: (id) => `タスク「${id}」は知られていません。先に登録してください：video-inbox watch PROVIDER TASK_ID。`,
    posterForm: 'ポスターは 2 MiB 以下の JPEG か PNG でなければなりません。',
    nothingToExport: 'この中に保存済みの動画がまだないため、書き出すものがありません。保存されるまでお待ちください。',
    unknownExportWord: (word, known) =>
      `{${word}} は名前の中で何も表さないため、何も書き出していません。使える語：${known}。`,
    tooManyToExport: (most) =>
      `一度に書き出せる動画は ${number(most)} 本までです。減らすか、分けて書き出してください。`,
    notBackYet:
      'これが元に戻ったかどうかはまだ分かりません。先に別のマシンがゴミ箱を空にしたかもしれません。操作は保存され、送信中です。少ししてからもう一度ご確認ください。',
    nothingToRetry: 'このタスクの動画はすべてディスクにあるか、取得中です。',
    onlyElsewhere: (names) =>
      `この動画は別のマシンのディスクにあり、そのマシンが自動でストアへ移しているところかもしれません：${names}。そのため取得し直していません。残りの数は「video-inbox status」でわかります。しばらくしてからもう一度確認してください。`,
    notMoved:
      'ライブラリを移動できませんでした。ディスクがファイルを受け付けません。元の場所にあり、失われたものはありません。',
    copyDiffers: (file) => `${file} のコピーが元と違うため、何も移動していません。新しいディスクを確認してください。`,
    moveOutside: '新しいフォルダーはライブラリの外に、ライブラリは新しいフォルダーの外になければなりません。',
    moveUnreadable: (folder) => `${folder} を読めないため、何も移動していません。別のフォルダーを選んでください。`,
    moveNotEmpty: (folder) => `${folder} は空ではありません。上書きしないよう、空のフォルダーを選んでください。`,
    moveNoRoom: 'そのディスクにはライブラリを置く空きがありません。何も移動していません。',
    movedInCircles: (root, file) =>
      `ライブラリ ${root} の移動先の記録が循環しています。動画のあるフォルダーから ${file} を取り除いてください。`,
    anotherFilm: 'これは別の動画です。保存したものとデータが一致しません。何も変更していません。',
    notAWholeFilm:
      'この動画は完全ではありません。ファイルの一部が欠けているか、別のものが混ざっているため、取り込みませんでした。何も変わっていません。元の場所からコピーし直すか、別のファイルを選んでください。',
    noRoomForFilm:
      'ライブラリのディスクにこの動画の空きがないため、取り込みませんでした。何も変わっていません。空きを作って、もう一度選んでください。',
    filmNotWritten: (errno) =>
      `ライブラリのディスクにこの動画を書き込めませんでした（${errno}）。何も変わっていません。ディスクを確認して、もう一度選んでください。`,
    notAFilm:
      'このファイルは動画（mp4、mov、webm など）ではないため、取り込みませんでした。何も変わっていません。別のファイルを選んでください。',
    movedAway: (to, file) =>
      `ライブラリは ${to} に移動しましたが、今はそこにありません。そのディスクが接続されていないのかもしれません。何も変更していません。接続してもう一度起動してください。別の場所にある場合は --data-dir でそのフォルダーを指定し、空のライブラリから始めるには ${file} を取り除いてください。`,
    movedNowhere: (file) =>
      `ライブラリは移動しましたが、${file} に移動先がありません。--data-dir に動画のあるフォルダーを指定して起動してください。`,
  },
  limits: {
    title: '上限',
    intro:
      '届くものと取得するものの上限です。通常の値でほとんどの人に足ります。上限によって断られたリクエストは、その上限の名前とともにリクエストの一覧に表示されます。',
    names: {
      'callbacks.bodyLimitMiB': 'コールバックの最大サイズ',
      'callbacks.filmBodyLimitMiB': '動画を含むコールバックの最大サイズ',
      'callbacks.signatureWindowSeconds': '署名の有効な時間差',
      'callbacks.tasksPerDay': 'コールバック URL ごとの 1 日の新しいタスク',
      'callbacks.keptMiBPerDay': 'コールバック URL ごとに 1 日に保存する本文',
      'callbacks.minFreeMiB': 'コールバックを受け付けなくなる空き容量',
      'downloads.maxVideoMiB': '動画の最大サイズ',
      'downloads.mibPerDay': 'コールバック URL ごとの 1 日の署名なしダウンロード',
      'downloads.minFreeMiB': 'ダウンロードが残しておく空き容量',
    },
    hints: {
      'callbacks.bodyLimitMiB': 'これより大きいものには 413 を返します。ログ付きの Replicate などが送ってきます。',
      'callbacks.filmBodyLimitMiB': '動画をコールバックの中に入れて送るサービスもあります。',
      'callbacks.signatureWindowSeconds':
        '署名の時刻とここの時刻がどれだけ離れていてよいか。このコンピューターの時計が狂っている場合は大きくしてください。',
      'callbacks.tasksPerDay':
        'インターネット経由で届いた署名のないコールバックが対象です。超えたものには 429 を返します。',
      'callbacks.keptMiBPerDay':
        'インターネット経由で届いた署名のないコールバックが対象です。超えたものには 429 を返します。',
      'callbacks.minFreeMiB':
        'これを下回るとコールバックに 503 を返すので、プロバイダーが再送します。空欄：64 MiB、小さいディスクでは 5 %。',
      'downloads.maxVideoMiB': 'これより大きいものは取得せず、その旨を表示します。',
      'downloads.mibPerDay': '署名も確認もされていないリンクが対象です。他人がそれでディスクを埋めることはできません。',
      'downloads.minFreeMiB': 'これを下回るとダウンロードは待機します。空欄：2 GiB、小さいディスクでは 10 %。',
    },
    units: { MiB: 'MiB', seconds: '秒', tasks: '件' },
    usual: (value, unit) => `通常は ${value} ${unit}。`,
    usualEmpty: '通常は空欄。',
    empty: '空欄',
    wrong: (text, least, most) => `「${text}」は ${least} から ${most} までの数ではありません。`,
    wrongWhole: (text, least, most) => `「${text}」は ${least} から ${most} までの整数ではありません。`,
  },
  notices: {
    savedTitle: (provider) => `${provider} の動画を保存しました`,
    savedWithoutPrompt: (taskId) => `タスク ${taskId}`,
    failedTitle: (provider) => `${provider} は動画を作れませんでした`,
    failedWithoutReason: 'プロバイダーから理由の説明はありません。タスクを開くと届いた内容を見られます。',
    downloadFailedTitle: (provider) => `${provider} の動画を保存できませんでした`,
    budgetTitle: '今月の予算を使い切りました',
    budgetBody: (spent, budget) => `${budget} クレジット中 ${spent}。自動では止まりません。`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `リンクがあと ${minutes} 分で切れます` : `${n} 件のリンクが切れます。最初はあと ${minutes} 分`,
    dyingBody: (title) => `まだ保存されていません：${title}。開くと何を待っているか分かります。`,
    tunnelTitle: 'コールバック URL に届きません',
    tunnelBody: '届くようになるまでプロバイダーはコールバックできません。Video Inbox を開いて理由を確認してください。',
    storageTitle: 'ライブラリに新しいものを保存できません',
    roomTitle: '新しい動画がディスクの空きを待っています',
    digestTitle: 'プロバイダーからの続報',
    quietTitle: '通知を控えていた間に',
    digestBody: (saved, failed) =>
      [
        ...(saved > 0 ? [`動画 ${number(saved)} 本を保存`] : []),
        ...(failed > 0 ? [`問題 ${number(failed)} 件`] : []),
      ].join('、') + '。',
  },
  providers: {
    fault,
    refused,
    refusedBefore: (provider, code, said) => refusedBefore(refused(provider, code, said)),
    unknownWhetherMade: (provider) =>
      `${providerName(provider)} が作ったかどうか分かりません。はっきりした応答がありませんでした。二重に支払わないよう、自動では再送しません。作られていれば、コールバックはここに届きます。依頼し直す前に、プロバイダー側の一覧を確認してください。`,
    unknownAndLookedFor: (provider) =>
      `${providerName(provider)} が作成したかどうかは不明です。はっきりした返答がありませんでした。Video Inbox はプロバイダーの依頼一覧で探し、コールバックもここに届きます。二重に支払わないよう、自動で再送はしません。`,
    notNoted: (why) =>
      `依頼をディスクに記録できないため（${why}）、送信も支払いもしていません。空きを作ってから、もう一度依頼してください。`,
    uploadFailed: (why) => `ファイルをアップロードできなかったため、何も依頼していません。${why}`,
    cannotSubmit: (provider) =>
      `Video Inbox は「${provider}」に依頼できません。依頼できるのは kie-aleph、kie-luma、kie-runway、kie-veo、kie-market、fal、replicate です。`,
    unknownProvider: (given, likely) =>
      `「${given}」は Video Inbox の知るプロバイダーではないため、コールバックを見つけられません。${likely === null ? `使える名前：${providers.map(({ id }) => id).join(', ')}。それ以外はすべて「unknown」です。` : `${likely} のことですか？`}`,
    cannotAsk: (provider) =>
      `Video Inbox は「${provider}」にタスクを問い合わせできません。コールバックは受け取ります。`,
    noKey: (provider, secret) =>
      `${providerName(provider)} には API キーが必要ですが、未設定です。設定画面か「video-inbox secret set ${secret}」（または環境変数 VIDEO_INBOX_SECRET_${secret}）で設定してください。`,
    orderIdOld:
      'この ID では以前に依頼が送られていて、その結果はもう残っていません。今回は何も送っていません。この依頼には別の ID を付けてください。',
    orderIdTaken:
      'この ID ではすでに別の依頼が送られています。今回は何も送っていません。この依頼には別の ID を付けてください。',
    needsModel: (provider) =>
      `${providerName(provider)} には多くのモデルがあります。--model NAME でどれかを指定してください。`,
    asked: (provider, state, message) => {
      const said = message === null ? '' : ended(message);
      if (state === 'succeeded') return `${providerName(provider)} によると完成しています。`;
      if (state === 'failed') return `${providerName(provider)} によると失敗しました。${said}`;
      return `${providerName(provider)} によるとまだ作成中です。`;
    },
    givenUp: (provider, code) =>
      code === 'gone'
        ? `${providerName(provider)} はこのタスクをもう知らないため、待つのをやめました。コールバックが届けば受け取ります。`
        : code === 'deadline'
          ? `${providerName(provider)} は 1 日たってもこのタスクを終えないため、問い合わせをやめました。コールバックが届けば受け取ります。`
          : 'このタスクはもう誰も待っていません。コールバックが届けば受け取ります。',
    nothingToUpgrade: 'このタスクにその番号の完成した動画はないため、大きい版を求められません。',
    renewing: 'このリンクは切れました。プロバイダーに新しいリンクを求めています。',
    budgetBlind: (provider, budget) =>
      `中止しました：${providerName(provider)} の料金もそこでの残高も分からないため、上限 ${number(budget)} クレジットを守れません。依頼済みのものは続きます。プロバイダーで料金を確かめ、残りは上限なしで依頼してください。`,
    budget: (spent, budget) =>
      `上限の手前で中止しました：${number(budget)} クレジット中 ${number(spent)} を使用済み、または依頼分で使用予定です。依頼済みのものは続きます。`,
    batchBroke:
      '送信されておらず、支払いもありません。直前の依頼が想定外の終わり方をしました（詳細はログにあります）。まずその依頼を確認し、それからこれらを依頼し直してください。',
    ordersInDoubt: (count) =>
      `直近 7 日間の依頼のうち ${number(count)} 件は、作られたかどうか分かりません。はっきりした応答がありませんでした。二重に支払わないよう自動では再送しません。作られていれば、ここに届きます。依頼し直す前に、プロバイダー側の一覧を確認してください。ギャラリーでは依頼フォームの横にそれぞれ表示されます。`,
    hookLost: (count, why) => `保存または失敗した ${number(count)} 件が webhook に伝わらず、再送もされません。${why}`,
    commandLost: (count) =>
      `VIDEO_INBOX_HOOK_COMMAND のコマンドが ${number(count)} 回正常に終わらず、その処理が抜けている可能性があります。手動で実行して理由を確認してください。`,
    hookTest: (code, status) => {
      switch (code) {
        case 'answered':
          return 'Webhook が届きました。';
        case 'no-url':
          return 'アドレスが未設定のため、誰にも知らせません。設定して、もう一度お試しください。';
        case 'no-secret':
          return 'シークレットが未設定です。署名なしでは何も送りません。「video-inbox secret set HOOK」（whsec_ と base64）で設定して、もう一度お試しください。';
        case 'refused':
          return `${String(status)} が返り、受け付けられませんでした。受け取り側のログを確認して、もう一度お試しください。`;
        default:
          return 'そのアドレスから応答がありません。そこのプログラムが動いているか確認して、もう一度お試しください。';
      }
    },
    orderProblem,
    orderProblems: (problems) => problems.map(orderProblem).join(''),
  },
  refusals: {
    empty: () => '本文が空です。JSON かフォームが必要です。',
    'cut-off': () => '読めません：本文が途中で終わっています。',
    'not-readable': () => '本文を読めません。JSON でもフォームでも XML でもありません。',
    'not-an-object': () => '本文は JSON オブジェクトでなければなりません。',
    'nothing-in-it': () => `本文にタスクも動画も状態もありません。確認した場所：${ids}。`,
    'broken-off': () => '本文が最後まで届きませんでした。',
    'too-large': ({ bytes: size, limitBytes }) =>
      `本文が ${kibi(limitBytes)} を超えています${size === undefined ? '' : `（${kibi(size)}）`}。上限は設定（callbacks.bodyLimitMiB）で上げられます。`,
    'packed-too-tightly': () => '本文を展開すると、コールバックをはるかに超える大きさになります。',
    'packing-unknown': ({ label }) =>
      `本文は${label ?? '何か'}で圧縮されており、このインボックスの環境では展開できません。gzip、deflate、br、または無圧縮なら読めます。`,
    'signature-missing': () => 'このインボックスは署名付きのコールバックを求めますが、署名がありません。',
    'signature-wrong': () => '署名が一致しません。',
    'signature-stale': () =>
      '署名の時刻がこのコンピューターの時計と離れすぎています。コールバックが古いか、時計がずれています。ここの日付と時刻を確認してから、もう一度送信してもらってください。',
    'signature-used': () => 'この署名は別の本文に使用済みです。',
    'no-secret': () => 'このインボックスは署名付きのコールバックを求めますが、確認用のシークレットが未設定です。',
    'signature-unknown': () =>
      'このインボックスは署名付きのコールバックを求めますが、このプロバイダーの署名は知られていません。',
    'keys-unavailable': () => '署名を確認するための鍵を今は取得できません。もう一度送ってください。',
    'too-many-requests': () => 'リクエストが多すぎます。後でもう一度お試しください。',
    'too-many-at-once': () => '同時のコールバックが多すぎます。少ししてからもう一度送ってください。',
    'tasks-per-day': ({ limit }) =>
      `このコールバック URL は 1 日に ${number(limit ?? 0)} 件のタスクを作り、上限に達しました（callbacks.tasksPerDay）。`,
    'bytes-per-day': ({ limitBytes }) =>
      `このコールバック URL は 1 日にディスクを ${kibi(limitBytes)} 使い、上限に達しました（callbacks.keptMiBPerDay）。`,
    'disk-low': ({ bytes: size, limitBytes }) =>
      `ディスクの残りは ${kibi(size)} です。${kibi(limitBytes)} を下回るとコールバックを受け取りません。空きを作って、もう一度送ってください。`,
    'storage-failed': ({ detail }) => detail ?? 'コールバックを保存できませんでした。もう一度送ってください。',
    'wrong-method': ({ method }) => `コールバックは ${method ?? 'この方法'} ではなく POST で送ってください。`,
    broke: () => 'コールバックを保存できませんでした。もう一度送ってください。',
  },
  requests: {
    madeVideos: (n) => (n === 0 ? '動画なし' : `動画 ${number(n)} 本を作成`),
    noVideo: '動画が見つかりません',
    anotherFilm: '別の動画を示しています',
    notAll: '一度に読み取れる数を超えるタスクまたは動画が含まれています。先頭の分は保存されました',
    sameAgain: (nth) => `同じ内容、${nth} 回目`,
    moreOfIt: (n) => (n === 1 ? 'さらに 1 回' : `さらに ${number(n)} 回`),
    moreTasks: (n) => `ほか ${number(n)} 件のタスク`,
    stillProcessing: '処理中',
    stateUnknown: '状態不明',
    failed: (message) => (message === null ? '失敗' : `失敗：${message}`),
    challenge: 'アドレス確認、応答済み',
    ping: 'テスト ping、カードなし',
    refusedWhileWaiting: (id, n, status, reason) =>
      `時間切れです：「${id}」を示すコールバックを ${status} で拒否しました：${reason}「video-inbox requests show ${n}」で見られます。`,
  },
  secrets: {
    usage:
      '何をするか指定してください：「secret set NAME」（値は標準入力から）、「secret list」、「secret remove NAME」。',
    unknown: (word, names) => `「${word}」というシークレットはありません。使える名前：${names}。`,
    ask: (name) =>
      `${name} の値を貼り付けて Enter を押してください。表示されません。2 つ同時に使う場合はカンマで区切ります。`,
    nothingGiven: (name) => `標準入力に何も来なかったため、${name} はそのままです。`,
    noKey: (name) =>
      `それはキーではありません。キーにはない空白、改行、または文字が含まれているため、${name} は元のままです。「Bearer」を付けずに、キーだけをコピーしてください。`,
    stored: (name) => `${name} を保存し、使用中です。`,
    storedForLater: (name) => `${name} を保存しました。インボックスの起動時から使います。`,
    removed: (name) => `${name} を削除しました。`,
    notSet: (name) => `${name} は保存されていなかったため、何も削除していません。`,
    environmentWins: (name, variable) =>
      `注：この環境には ${variable} が設定されています。ここから起動したインボックスは ${name} をそこから読みます。`,
    places: { environment: '環境変数から', stored: '保存済み', none: '未設定' },
    onlyTheFile:
      '注：インボックスが動いていないため、デスクトップアプリがシステムのキーチェーンに保存したものはこの一覧にありません。',
  },
  shared: {
    noIntake:
      'このマシンはコールバックを受け取りません（役割「intake」なしで起動されています）。コールバック URL は、その役割を持つマシンでコピーしてください。',
    notAnAddress:
      'VIDEO_INBOX_DATABASE_URL は postgresql://user:password@host/name のような、一つの PostgreSQL データベースのアドレスにしてください。パスワードの @ : / ? # % などの記号は %40 %3A %2F %3F %23 %25 と書きます。',
    badSslMode: (word) =>
      `VIDEO_INBOX_DATABASE_URL の sslmode は disable、require、verify-full のいずれかにしてください（「${word}」ではなく）。`,
    tooOld: '共有データベースが PostgreSQL 14 より古い版です。サーバーを更新してから、もう一度お試しください。',
    newerSchema: (found, known) =>
      `共有データベースはより新しい Video Inbox が作ったものです（表の版は ${String(found)}、こちらが知るのは ${String(known)}）。何も変更していません。このマシンを更新してから、もう一度お試しください。`,
    cannotOpen: (reason) =>
      `共有データベースを使えません：${reason}。失われたものはありません。VIDEO_INBOX_DATABASE_URL とサーバーを確認してから、もう一度お試しください。`,
    notNow: (reason) =>
      `共有データベースを今は使えません：${reason}。失われたものはありません。復旧後にもう一度お試しください。`,
    otherPlace: (names) =>
      `動画の保存先がすべてのマシンで同じではありません：${names} の保存先はこのマシンと違うため、一方が取得した動画をもう一方では開けません。どのマシンでも VIDEO_INBOX_STORE_URL を同じバケットとフォルダーにして、起動し直してください。`,
    away: '応答がありません',
    noHost: 'この名前のホストは見つかりません',
    password:
      'このユーザーかパスワードを拒否しています（新しいものは次の起動時に VIDEO_INBOX_DATABASE_URL から読み込まれます）',
    noDatabase: 'この名前のデータベースがありません',
    notAllowed:
      'このユーザーには必要な権限がありません。データベース内に作成できるか、スキーマ video_inbox のすべてを所有している必要があります',
    door: 'このユーザーのここからの接続を受け付けていないか、TLS だけを受け付けています（pg_hba.conf）。アドレスに sslmode=verify-full を付けると TLS を使います',
    otherHost: '証明書は別のホスト名のものです。アドレスのホスト名を証明書と同じにしてください',
    noFile: (file) => `アドレスが指すファイル ${file} を読めません`,
    pooled:
      'PgBouncer などのプーラーがトランザクションモードで接続を他と使い回しています。アドレスはサーバー本体か、セッションモードのプーラーを指すようにしてください',
    encoding: (encoding) =>
      `文字を ${encoding} で保存するため、コールバックの内容をすべては保存できません。ENCODING 'UTF8' TEMPLATE template0 で作成してください`,
    certificate: (code) =>
      `証明書がここでは信頼されていないか、TLS に対応していません（${code}）。アドレスの sslrootcert=ファイル で信頼する証明書を指定できます`,
    readOnly:
      '読み取り専用で、新しいものを受け付けません。昇格していないスタンバイなどです（または default_transaction_read_only）',
    full: 'ディスクがいっぱいです',
    tooMany: '接続がすべて使用中です（max_connections、またはこのユーザーやデータベースの上限）',
    refused: (code) => `要求を拒否しています（${code}）`,
    notWithTwin:
      '別のインボックスのコピー（--twin）は、データベースの共有を兼ねられません。--twin か VIDEO_INBOX_DATABASE_URL のどちらかを外して起動してください。',
    needsDatabase: (flag) =>
      `--${flag} はデータベースを共有する複数マシン用です。VIDEO_INBOX_DATABASE_URL も設定するか、外してください。`,
    badRole: (word) =>
      `--role は intake、download、ask、gallery をカンマで区切った一覧です（「${word}」は使えません）。`,
    badAnswer: (word) => `--answer は「local」「shared」「both」のいずれかです（「${word}」は使えません）。`,
    badLease: (given, most) =>
      `VIDEO_INBOX_LEASE_SECONDS は 1 から ${most} までの秒数にしてください（「${given}」ではなく）。`,
    badNode: (word) => `--node は英字、数字、ピリオド、ハイフンで 40 文字以内の名前です（「${word}」は使えません）。`,
    nameTaken: (name, seconds) =>
      `「${name}」という名前のマシンが、すでにこのデータベースを共有しています。何も変更されていません。このマシンに別の名前を付けてください（--node NAME）。そのマシンがもう存在しない場合は、${String(seconds)}秒後にもう一度起動してください。`,
    cannotClaim:
      'これがすでに依頼済みかどうかを今は確かめられないため、ここでは何も依頼しておらず、支払いも発生していません。別のマシンが依頼中か、共有データベースが応答しないか、書き込まれた内容を止めています。データベースの状態は "video-inbox status" でわかります。少し待ってからもう一度お試しください。',
    machinesRun: (names) =>
      `このライブラリを共有するマシンがまだ動いています：${names}。元の場所に動画を保存し続けるため、何も移していません。それぞれで「video-inbox serve」を止めてください。強制終了したマシンは 15 秒後に外れます。その後もう一度実行してください。`,
    machinesRunAgain: (names) =>
      `このライブラリを共有するマシンがまた動いています：${names}。その間に保存されたものは元の場所にあるかもしれません。失われたものはありません。それぞれで「video-inbox serve」を止め、もう一度実行してください。残りが移されます。`,
    doctorNeedsInbox:
      '複数のマシンがこのライブラリを共有しているため、点検はここで動いているインボックスに尋ねます。何も点検しておらず、何も失われていません。「video-inbox serve」で起動し、もう一度実行してください。',
    state: {
      away: (waiting, reason) =>
        `今は共有データベースを使えません：${reason}。ここに届いたものはここに保存し（${number(waiting)} 件待機中）、使えるようになり次第送ります。それまでこのマシンは以前から知っている内容を表示します。`,
      late: () =>
        '共有データベースの内容がまだすべてこのマシンに届いていません。どちらかが今遅くなっています。失われたものはなく、残りは自動で届きます。続く場合は両方の負荷を確認してください。',
      fenced: (waiting) =>
        `別のインボックスがこのマシンとして共有データベースに書き込んでいます。データフォルダーがコピーされたようです。ここに届いたものはここにだけ保存します（${number(waiting)} 件待機中）。もう一方を止めて空のデータフォルダーを割り当て、その後こちらを起動し直してください。待機中のものを送ります。`,
      replaced: (waiting) =>
        `共有データベースは、この起動時のものと違います。復元されたか、古いコピーに置き換えられました。インボックスを起動し直すまで読み書きせず、届いたものはこのマシンに保存します（${number(waiting)} 件待機中）。各マシンでインボックスを終了して起動し直すと、データベースに足りないものを送ります。`,
    },
    lateSession: (who, pid) =>
      `${who} の終わらないトランザクションのため、全マシンから共有データベースの新しい内容が見えません。失われたものはありません。データベースで次を実行すると終わります：SELECT pg_terminate_backend(${pid})`,
    latePrepared: (database, gid) =>
      `データベース ${database} に、準備されたまま誰も終わらせていないトランザクションがあり、全マシンから共有データベースの新しい内容が見えません。失われたものはありません。そのデータベースで次を実行すると終わります：ROLLBACK PREPARED '${gid}'（準備した人の意図によっては COMMIT PREPARED）`,
    fencedUnstored:
      '別のインボックスがこのマシンとして共有データベースに書き込んでいます。データフォルダーがコピーされたためです。ここではコールバックに 503 を返すので（--answer）、プロバイダーが再送します。もう一方を停止して空のデータフォルダーを与え、こちらを再起動してください。',
    replacedUnstored:
      '共有データベースが、この起動時のものではありません。復元されたか、古いコピーに置き換わりました。インボックスを再起動するまでコールバックには 503 を返します（--answer）。ここで応答したもののうちそのコピーにない分は、どのジャーナルにもなく、この起動が今表示している内容にだけあります。まずそれを保存してください（video-inbox list --json > tasks.json）。その後、各マシンでインボックスを終了して再起動してください。',
    nobodyFetches:
      '今は役割「download」のマシンが動いていないため、動画は取得されず、リンクは期限切れになります。いずれかのマシンをこの役割で起動してください（--role）。',
    nobodyTakes:
      '今は役割「intake」のマシンが動いていないため、コールバックは受け取られず、プロバイダーはしばらくすると送信をやめます。いずれかのマシンをこの役割で起動してください（--role）。',
    nobodyAsks:
      '今は役割「ask」のマシンが動いていないため、プロバイダーへの問い合わせも Webhook の通知も行われません。コールバックは受け取ります。いずれかのマシンをこの役割で起動してください（--role）。',
    nobodyTells: (names) =>
      `今は Webhook もコマンドも通知されません：設定があるのは ${names} だけで、通知を受け持つ役割「ask」がありません。動画の取得は続きます。この役割のマシンで Webhook を設定するか（設定画面）、そのマシンをこの役割で起動してください（--role）。`,
    apart:
      'このマシンは他のマシンとライブラリを共有していましたが、VIDEO_INBOX_DATABASE_URL なしで起動されたため、自分が受け取ったものだけを表示しています。届いたものはここに保存され、アドレスを付けて再び起動すると他のマシンに送られます。単独で使い続けるなら、データフォルダーから shared.json を削除してください。',
    awayUnstored: (reason) =>
      `今は共有データベースを使えません：${reason}。その間コールバックには 503 を返すので（--answer）、プロバイダーが再送します。このマシンは以前から知っている内容を表示します。`,
    noRoomOn: (names) =>
      `${names} のディスクに動画を置く空きがありません。他のマシンが取得しています。そのマシンに空きを作ってください。`,
    noRoomAnywhere: (names) =>
      `動画を取得するどのマシンもディスクに空きがありません（${names}）。新しい動画は待たされ、リンクが切れていきます。どれか 1 台に空きを作ってください。ダウンロードは自動で再開します。`,
    refusedForRoomOn: (names) =>
      `${names} のディスクがいっぱいのため、そこに届くコールバックは拒否されます。プロバイダーはしばらく再送します。そのマシンに空きを作れば自動で再開します。`,
    olderBuildOn: (names) =>
      `${names} では他のマシンより古いビルドが動いています。一部のコールバックを古い規則で読むため、タスクの表示が異なることがあります。失われるものはありません。更新して起動し直すと、ライブラリは自動で最新になります。`,
    onlyOn: (names) =>
      `1 台のマシンのディスクにだけある動画があり、そのマシンの稼働中に自動で S3 ストアへ移ります：${names}。移り終わるまで、他のマシンでは開けません。失われたものはなく、取得し直す必要もありません。`,
    onlyOnAway: (names) =>
      `動いていないマシンのディスクにだけある動画があります：${names}。他のマシンでは開けません。以前と同じ VIDEO_INBOX_DATABASE_URL と VIDEO_INBOX_STORE_URL で起動すると、自動でストアへ移ります。そのディスクが失われた場合は、リンクが有効なうちに「再試行」で取得し、「動作場所」で一覧から外してください。`,
    leaseLost: 'この作業は別のマシンが引き継いだため、ここでの結果は使われません。',
  },
  sources: {
    notThere: (source) => `「${source}」は http(s) アドレスでもこのコンピューターのファイルでもありません。`,
    notMedia: (source, found) =>
      `「${source}」は動画でも画像でも音声でもないため${found === null ? '' : `（先頭バイトから：${found}）`}、どこにも送らず、何も依頼していません。動画の元にするファイルを選んでください。`,
    takesNoFiles: (provider, source) =>
      `${provider} はファイルを受け付けず、アドレスのみです。「${source}」をプロバイダーが取得できる場所に置き、その https アドレスを指定してください。`,
    tooLarge: 'このファイルは 2 GiB を超えています。受け付けるプロバイダーはありません。',
    tooMuch:
      '直近 1 時間に依頼用に渡されたファイルで保管場所がいっぱいのため、このファイルは受け付けていません。先にそれらで依頼するか、「video-inbox submit」にファイルのパスを指定してください。',
    diskFull:
      'このファイルを置くだけの空きがディスクにないため、受け付けていません。動画には触れません。空きを作ってファイルを選び直してください。',
  },
  storage: {
    'journal-cut': ({ folder }) =>
      `インボックスの実行中に、別のプログラムが ${String(folder)} のファイルを切り詰めたか取り除きました。動画と新しいコールバックに影響はなく、その内容はライブラリがまだ知っています。隣の index フォルダーを消さないでください。journal フォルダーのバックアップがあれば足りない分を戻せます。詳しくは "video-inbox doctor" で確認できます。`,
    'downloads-wait': ({ limitBytes }) =>
      `ライブラリのあるディスクの空きが ${mebi(limitBytes)} を下回ったため、新しい動画のダウンロードを待たせています。コールバックはこれまでどおり保存されます。動画のリンクが切れる前に空きを作ってください。ダウンロードは自動で再開します。`,
    'downloads-elsewhere': ({ limitBytes }) =>
      `ライブラリのあるディスクの空きが ${mebi(limitBytes)} を下回ったため、このマシンは動画を取得せず、他のマシンが取得しています。コールバックはこれまでどおり保存されます。空きを作ると自動で再開します。`,
    'disk-filling': ({ limitBytes }) =>
      `ライブラリのあるディスクの空きが残りわずかです。大きな動画はもう空きを待っているかもしれません。空きが ${mebi(limitBytes)} を下回ると、新しい動画はすべて待つことになります。早めに空きを作ってください。`,
    'disk-full': () => `ディスクがいっぱいのため、${refusing}。空きを作ってください。${goesOn}。`,
    'disk-low': ({ limitBytes }) =>
      `ライブラリのあるディスクの空きが ${mebi(limitBytes)} を下回ったため、${refusing}。空きを作ってください。${goesOn}。`,
    'folder-missing': ({ folder }) =>
      `ライブラリのフォルダー ${String(folder)} が見つからないため、${refusing}。元に戻すか（そのディスクを接続すると）、インボックスは自動で再開します。`,
    'folder-moved': ({ folder }) =>
      `ライブラリのフォルダー ${String(folder)} が実行中に移動または名前変更されたため、${refusing}。元に戻せばインボックスは自動で再開します。または終了して新しい場所で起動してください。`,
    'other-writer': ({ folder }) =>
      `別の Video Inbox が ${String(folder)} のライブラリを開いたか、古いコピーに置き換えられました。混ざらないよう、こちらはコールバックを拒否しています。どちらかを終了してから、こちらを起動し直してください。`,
    unwritable: ({ folder, reason }) =>
      `ディスクが ${String(folder)} への書き込みを拒むため（${String(reason)}）、${refusing}。ディスクを確認してください。書けるようになればインボックスは自動で再開します。`,
    'slow-disk': ({ seconds: taken }) =>
      `コールバック 1 件の保存に ${String(taken)} 秒を超えてかかっています。失われたものはありませんが、プロバイダーが待ちきれないかもしれません。何がディスクを占めているか確認してください。`,
    'database-away': () =>
      `共有データベースが応答しないため、${refusing}。サーバーとそこまでの経路を確認してください。${goesOn}。`,
    'database-behind': () =>
      '共有データベースが今は使えないため、コールバックには 503 と答え、プロバイダーはしばらく再送を続けます。届いたものはこのマシンに保存され、自動で送られます。サーバーとそこまでの経路を確認してください。',
    'database-full': () =>
      `共有データベースのディスクがいっぱいのため、${refusing}。そのサーバーに空きを作れば、インボックスは自動で再開します。`,
    'database-replaced': () =>
      '共有データベースは、この起動時のものと違います。復元されたか、古いコピーに置き換えられました。混ざらないようコールバックを拒否しており、プロバイダーはしばらく再送を続けます。各マシンでインボックスを終了して起動し直すと、データベースに足りないものを送ります。',
  },
  storageAnswers: {
    'disk-full': 'ディスクがいっぱいで保存できませんでした。空きを作って、もう一度送ってください。',
    'disk-low': 'ディスクの空きが足りず保存できませんでした。空きを作って、もう一度送ってください。',
    'folder-missing': 'ライブラリに届かず保存できませんでした。もう一度送ってください。',
    'folder-moved': 'ライブラリに届かず保存できませんでした。もう一度送ってください。',
    'other-writer': '別の Video Inbox がこのライブラリを引き継いだため保存できませんでした。もう一度送ってください。',
    unwritable: 'コールバックを保存できませんでした。もう一度送ってください。',
    'slow-disk': 'コールバックを保存できませんでした。もう一度送ってください。',
    'database-away':
      '共有ログが応答しないため、保存できたかどうかわかりません。もう一度送ってください。数えるのは 1 回だけです。',
    'database-behind':
      'ここには保存しましたが、共有ログにはまだありません。もう一度送ってください。数えるのは 1 回だけです。',
    'database-full': '共有ログが今は書き込みを受け付けず保存できませんでした。もう一度送ってください。',
    'database-refuses': '共有ログが今は書き込みを受け付けず保存できませんでした。もう一度送ってください。',
    'database-replaced': '共有ログが別のものに置き換えられたため保存できませんでした。もう一度送ってください。',
    closing: 'インボックスは終了処理中です。少ししてからもう一度送ってください。',
    'too-many': '同時のコールバックが多すぎます。少ししてからもう一度送ってください。',
  },
  store: {
    progress: (files, size) => `${number(files)} ファイル、${bytes(size)} を転送済み`,
    moved: (files, wereThere) =>
      `${number(files)} ファイルを運び、照合しました${wereThere === 0 ? '' : `（${number(wereThere)} ファイルは既にありました）`}。古いものは削除しました。`,
    left: (left) =>
      `このライブラリのどのタスクにも属さないため、ストレージに残るファイル：${number(left)}。別のライブラリのものか、受け取ったものを送り終える前に止まったマシンのものです。そのマシンを以前と同じように起動し、"video-inbox status" で未送信が 0 になったら止めて、もう一度実行してください。`,
    bytesLeft:
      'データはまだバケットに残っています。今は削除できなかったか、同じフォルダーに別のライブラリの動画があります。もう一度実行して試すか、誰も使わなくなったらそこのフォルダーを空にしてください。',
    useShelf: '今後は VIDEO_INBOX_STORE_URL をこのアドレスに設定してインボックスを起動してください。',
    useDisk: '今後は VIDEO_INBOX_STORE_URL なしでインボックスを起動してください。',
  },
  sync: {
    noSuchFile: 'この SHA-256 を持つ保存済み動画はこのライブラリにありません。',
    noCertificate: (file, reason) =>
      `${file} の証明書または鍵を使えません：${reason}。直すか、--sync-cert と --sync-key を外し、自分のプロキシの後ろで起動してください。`,
    identityBroken: (file) =>
      `他のマシンに対してこのマシンが何者かを示すファイル（${file}）を読み取れません。バックアップから戻してください。なければ取り除いて起動し直してください。その場合は他から見て新しいマシンになり、コピーはつなぎ直す必要があります。動画には触れません。`,
  },
  tunnel: {
    none: 'トンネルが未設定のため、コールバック URL に届くのはこのコンピューターのプログラムだけです。',
    tokenMissing:
      'トンネルには ngrok の authtoken が必要です。設定に貼り付けるか、"video-inbox tunnel set-token" を実行してください。それまでインボックスはこのコンピューターでのみ動作します。',
    stopped: 'トンネルが停止中のため、コールバック URL に届くのはこのマシンのプログラムだけです。',
    refused: {
      '105': `これは ngrok の authtoken ではないため、${noCallbacks}。${tokenPage} から authtoken をコピーし、設定に貼り付けてください。`,
      '106': `この authtoken は ngrok の最初の版のもので、もう使えないため、${noCallbacks}。${tokenPage} から現在のものをコピーし、設定に貼り付けてください。`,
      '107': `ngrok はこの authtoken をもう受け付けません。リセットか失効、またはアカウントの権限喪失です。${tokenPage} から新しいものをコピーして設定に貼り付けるまで、${noCallbacks}。`,
      '108': `ngrok アカウントのエージェント数がプランの上限（無料プランは 3）に達しています。別のマシンの ngrok を止めるか、dashboard.ngrok.com/agents で残ったセッションを終了するまで、${noCallbacks}。${keepsTrying}`,
      '120': `ngrok はこの版のエージェントをもうサポートしないため、${noCallbacks}。Video Inbox を更新してください。`,
      '320': `設定のドメインは別の ngrok アカウントのものなので、${noCallbacks}。${domainPage} にあるものを選んでください。`,
      '324': `ngrok がこのセッションで別のエンドポイントを拒否したため、${noCallbacks}。dashboard.ngrok.com/endpoints でほかのエンドポイントを止めて、もう一度確認してください。`,
      '326': `設定のドメインを ngrok が知らないため、${noCallbacks}。${domainPage} にあるものを選んでください。`,
      '334': `公開アドレスは既に別の場所でオンラインのため、コールバックはここではなくそちらに届きます。もう一方の Video Inbox か ngrok を止めるか、設定で別のドメインを選んでください。${keepsTrying}`,
      '702':
        'ngrok によると短時間のリクエストが多すぎたため、一部のコールバックが拒否されました。Video Inbox は 1 分後にもう一度試します。',
      '727': `ngrok プランの今月のリクエストを使い切ったため、${noCallbacks}。dashboard.ngrok.com/billing でプランを上げるか、来月までお待ちください。ほとんどの結果は手動で取得できます。`,
      '734': `ngrok によると短時間の接続が多すぎたため、${noCallbacks}。Video Inbox は 1 分後にもう一度試します。`,
      '1214': `ngrok によるとアカウントの操作が短時間に多すぎるため、${noCallbacks}。Video Inbox は 1 分後にもう一度試します。`,
      '4018': `ngrok はメール確認済みアカウントの authtoken を求めているため、${noCallbacks}。アカウントを確認し、${tokenPage} から authtoken をコピーして設定に貼り付けてください。`,
      '4027': `ngrok プランの今月の帯域を使い切ったため、${noCallbacks}。dashboard.ngrok.com/billing でプランを上げるか、来月までお待ちください。ほとんどの結果は手動で取得できます。`,
      '9040': `ngrok アカウントがこのネットワークからのエージェントを許可していないため、${noCallbacks}。dashboard.ngrok.com/ip-policies でこの IP アドレスを許可するか、別のネットワークを使ってください。`,
    },
    refusedOther: (code) =>
      `ngrok が接続を ERR_NGROK_${code} で拒否したため、${noCallbacks}。ngrok.com/docs/errors/err_ngrok_${code} をご覧ください。${keepsTrying}`,
    trouble: {
      'no-module':
        'このシステムに必要な ngrok の部品がないため、公開アドレスがありません。このマシンからのコールバックは届きます。Video Inbox を入れ直すか、自分のプロキシで --public-url を使ってください。',
      unreachable: `ngrok に届かないため、${noCallbacks}。インターネット接続と、ファイアウォールが connect.ngrok-agent.com のポート 443 を遮っていないか確認してください。${keepsTrying}`,
      tls: `ngrok との安全な接続を確立できないため、${noCallbacks}。プロキシ、ファイアウォール、ウイルス対策が暗号化通信を読んでいるかもしれません。connect.ngrok-agent.com を通してください。${keepsTrying}`,
      hung: `ngrok が応答しないため、${noCallbacks}。インターネット接続か status.ngrok.com を確認してください。${keepsTrying}`,
      lost: `ngrok との接続が切れたため、${noCallbacks}。Video Inbox が再接続しています。`,
      frozen: `接続は正常に見えますが ngrok の応答が止まったため、${noCallbacks}。Video Inbox が再接続しています。`,
      died: `ngrok との接続を担うプロセスが予期せず終了したため、${noCallbacks}。Video Inbox が起動し直します。続くようなら、詳しくはログファイルをご覧ください。`,
      unknown: `不明な理由で ngrok への接続に失敗したため、${noCallbacks}。詳しくはログファイルをご覧ください。${keepsTrying}`,
    },
    probe: {
      timeout:
        '公開アドレスへのテストリクエストに時間内の応答がなく、コールバックを失うおそれがあります。Video Inbox は自動で再試行します。続くようなら status.ngrok.com をご覧ください。',
      unreachable:
        'このマシンから公開アドレスに届かず、コールバックを失うおそれがあります。インターネット接続と、ファイアウォールや DNS フィルターがアドレスを遮っていないか確認してください。',
      certificate:
        '公開アドレスの証明書を確認できず、コールバックが届くか分かりません。このマシンのプロキシかウイルス対策が暗号化通信を読んでいるかもしれません。',
      'offline-endpoint':
        'ngrok によると公開アドレスの先がオンラインでなく、コールバックが失われています。Video Inbox が再接続しています。',
      upstream:
        '公開アドレスは動いていますが、その先の Video Inbox のコールバック受信部が応答せず、コールバックが失われています。Video Inbox を再起動してください。',
      limit:
        'プランの上限に達したため ngrok が公開アドレスへのリクエストを拒否しており、コールバックが失われています。dashboard.ngrok.com/usage をご覧ください。',
      elsewhere:
        '公開アドレスで別のものが応答しているため、コールバックが Video Inbox に届きません。アドレス、プロキシ、ドメインがこのマシンを指しているか確認してください。',
      waiting:
        '短時間に ngrok への接続を何度もやり直しました。プランのリクエストを節約するため、数分後にもう一度確認します。それまでコールバックを失うおそれがあります。',
    },
    probeOwnProxy:
      '公開 URL へのテストリクエストが Video Inbox に戻らず、コールバックを失うおそれがあります。プロキシが動いていて /c/ をコールバック用ポートに渡しているか確認してください。自分の公開アドレスに届かないルーターもあります。その場合、コールバックは届いてもこのテストは失敗します。',
    urlChanged: ({ from, to, since }) =>
      `公開アドレスが ${since} に ${from} から ${to} に変わりました。それ以前に始めたタスクは古いアドレスを呼ぶので、結果は手動で取得し、今後は新しい URL を使ってください。`,
    fixDomain: `設定にアカウント専用のドメインを入れると（${domainPage} で無料）、コールバック URL はずっと変わりません。`,
    authtoken: {
      empty: `ngrok の authtoken を貼り付けてください。${tokenPage} にあります。`,
      spaces: `authtoken は空白のない 1 語です。${tokenPage} からコピーし直してください。`,
      characters: `authtoken は英字、数字、アンダースコアだけです。${tokenPage} からコピーし直してください。`,
      tooShort: `authtoken としては短すぎます。${tokenPage} からコピーし直してください。`,
      tooLong: `authtoken としては長すぎます。${tokenPage} からコピーし直してください。`,
      otherKind: `これはキーや認証情報の名前で、authtoken そのものではありません。${tokenPage} から authtoken をコピーしてください。`,
      otherService: `これは別のサービスのキーです。${tokenPage} から ngrok の authtoken をコピーしてください。`,
      v1: `これは ngrok の最初の版の authtoken のようで、もう使えません。${tokenPage} から現在のものをコピーしてください。`,
      link: 'これは authtoken ではなくリンクです。開いて authtoken をコピーし、それを貼り付けてください。',
    },
    domain: {
      notADomain: `これはドメイン名ではありません。${domainPage} からコピーしてください。your-name.ngrok-free.dev のような形です。`,
      wildcard: 'ここではワイルドカードを使えません。完全なドメイン名を 1 つ選んでください。',
    },
  },
  twin: {
    noToken:
      '相手のインボックスにはトークンが必要です。相手側で「video-inbox api-key new --scope twin」で作り、こちらで「video-inbox secret set TWIN_TOKEN」か VIDEO_INBOX_SECRET_TWIN_TOKEN に設定してください。',
    ownLibrary:
      'このライブラリには独自の動画があります。--twin は別のインボックスのコピーを作ります。別の --data-dir で起動してください。何も変更していません。',
    ownVideos:
      'このライブラリには独自の動画があり、コピーがその場所を取ってしまいます。空のライブラリ（別のデータフォルダー）で起動し、それを接続してください。何も変更していません。',
    noAddress: '相手のインボックスのアドレスは、その「--sync-port」が示すとおり https:// か http:// で始まります。',
    byFlag:
      'どのインボックスのコピーかは、起動時に --twin、VIDEO_INBOX_DATABASE_URL、または環境変数で指定されています。そちらで変更してください。何も変更していません。',
    otherTwin:
      'このアドレスで応答したのは、このライブラリのコピー元とは別のインボックスです。そこからは何も取り込んでいません。',
    refused:
      '相手のインボックスがトークンを受け付けません。相手側で「video-inbox api-key new --scope twin」を実行して新しく作り、こちらで「video-inbox secret set TWIN_TOKEN」か VIDEO_INBOX_SECRET_TWIN_TOKEN に設定してください。',
    away: '今は相手のインボックスに届きません。相手はコールバックを受け取り続けており、届くようになり次第取り込みます。',
    certificate: (code) =>
      `相手のインボックスの証明書はこのマシンでは信頼されていません（${code}）。何も要求していません。このインボックスの環境変数 NODE_EXTRA_CA_CERTS=ファイル で、信頼する証明書を指定できます。`,
    catchingUp: (waiting) =>
      `このコピーは相手のインボックスの内容を取り込んでいるところです。残りの変更は約 ${number(waiting)} 件です。すでにここにあるものは、その間も使えます。`,
    onlyHere: (count, names) =>
      `相手のインボックスは、バックアップなどの以前の状態に戻されました。今ここにしかないタスクは ${number(count)} 件です（${names}）。タスクと、すでに取り込んだ動画はここに残ります。相手にも戻すには、ここで "video-inbox export TASK_ID --to DIR --metadata"、相手で "video-inbox import DIR" を実行してください。`,
    notTaken: (count, names) =>
      `相手のインボックスは、このコピーでの変更を受け付けませんでした。古いバージョンかもしれません。変更はここにだけ残り、動画には触れていません。タスク：${number(count)} 件（${names}）。相手を更新してからここでもう一度変更するか、相手側で変更してください。`,
    noTunnelThere:
      '相手のインボックスには公開アドレスがないため、そのコールバック URL に届くのは、それが動いているコンピューターのプログラムだけです。相手側で外部から届くようにしてください。',
    newerThere:
      '相手のインボックスは新しいバージョンです。このコピーでは読めない変更があり、それだけを除いて、ほかはすべて取り込んでいます。このコピーを更新すれば、それらも取り込まれます。動画には触れていません。',
    notSync: (status) =>
      `相手のインボックスのアドレスで応答しているのは、コピー用のポートではありません（HTTP ${String(status)}）。別のポートか、ネットワークのログインページか、ほかへ導くプロキシです。そこからは何も取り込んでおらず、ここにあるものは残ります。正しいアドレスは、相手側の「serve --sync-port」が表示するものです。`,
    troubled: (status) =>
      `相手のインボックス、またはその前のプロキシが、今はできないと応答しています（HTTP ${String(status)}）。ここにあるものは残り、付けた印はここで待ちます。このコピーは試し続けます。長く続くなら、相手側で「video-inbox status」を確認してください。その間コールバックを受け取れていないかもしれません。`,
    leadsElsewhere: (origin) =>
      `相手のインボックスのアドレスは ${origin} へ転送されています。トークンは入力されたアドレス以外には送りません。ここにあるものは残ります。そちらが自分のインボックスなら、そのアドレスで接続し直してください。`,
    expired:
      '相手のインボックスの証明書の期限が切れているか、このコンピューターの時計が狂っているため、何も問い合わせていません。ここにあるものは残ります。相手側で証明書を更新してください。相手のインボックスは1分以内に、その前にあるプロキシは再読み込み後に使い始めます。',
    otherName:
      '相手のインボックスの証明書は、アドレスとは別の名前のものなので、何も問い合わせていません。ここにあるものは残ります。証明書にある名前で接続し直すか、この名前の証明書を用意してください。',
    noTls:
      '相手のインボックスのアドレスでは TLS が正しく使われていないため、何も問い合わせていません。ここにあるものは残ります。相手に証明書がなければ、起動時に表示されるとおり、アドレスは http:// で始まります。',
    needsTls:
      '相手のインボックスのアドレスは TLS にのみ応答しますが、アドレスが http:// で始まるため、何も取り込めませんでした。ここにあるものは残ります。同じアドレスを https:// で指定してください。',
    proxy: (host, errno) =>
      `相手のインボックスに接続できません：プロキシ ${host} が何も通しません（${errno}）。ここにあるものは残ります。このマシンまたは Video Inbox のプロキシ設定を確認するか、相手のホストを NO_PROXY に書いてください。`,
    itself:
      'このアドレスのインボックスは、このインボックス自身か、そのコピーです。このままではどちらもコールバックを受け取れません。何も取り込んでいません。コールバックを受け取るインボックスのアドレスを入力するか、ここをコピーにしないでください。',
    cameApart: (count, names) =>
      `このインボックスがコピーでなかった間に届き、ここにしかないタスク：${number(count)} 件（${names}）。コピーはプロバイダーから動画を取得しません。保存されていなかったものはコピーである間は取得されず、リンクは失効します。保存されるまで接続を解除してください。相手にも置くには、ここで "video-inbox export TASK_ID --to DIR --metadata"、相手で "video-inbox import DIR" を実行してください。`,
    notThere:
      'これは相手のインボックスが行う操作ですが、相手にこのタスクはありません。何も変更しておらず、動画はここに残ります。先に相手側で取り込むか、このコピーの接続を解除してからここで行ってください。',
    onlyThere:
      'これは相手のインボックスが行う操作ですが、今は届きません。何も変更していません。届くようになってからお試しください。',
    diskLow: (limitBytes) =>
      `このコピーのディスクの空きが ${mebi(limitBytes)} を下回ったため、動画の自動取り込みを止めています。開いた動画は今も取り込まれます。動画は失われません。相手のインボックスにあり、そちらは通常どおりコールバックを受け取ります。空きを作るか、設定で取り込む動画を減らしてください。`,
    diskFilling: (limitBytes) =>
      `このコピーのディスクの空きが残りわずかです。空きが ${mebi(limitBytes)} を下回ると、動画の自動取り込みが止まります。早めに空きを作るか、設定で取り込む動画を減らしてください。`,
    diskFull:
      'このコピーのディスクがいっぱいのため、相手のインボックスの新しい内容は相手側で待ち、ここでは印を付けられません。動画は失われず、相手は通常どおりコールバックを受け取ります。空きを作れば、このコピーは自動で再開します。',
    folderAway: (folder) =>
      `このコピーは ${folder} に何も保存できないため、相手のインボックスの新しい内容は相手側で待ち、ここでは印を付けられません。動画は失われず、相手は通常どおりコールバックを受け取ります。フォルダーが元の場所にあり、そのディスクに書き込めることを確認してください。このコピーは自動で再開します。`,
    diskSlow: (taken) =>
      `このコピーのディスクは、相手のインボックスから届いた内容やここで付けた印の保存に ${String(taken)} 秒を超えてかかっています。動画は失われず、相手は通常どおりコールバックを受け取ります。何がディスクを占めているか確認してください。`,
    notHere: 'このインボックスは別のインボックスのコピーで、この操作は元の側で行います。何も変更していません。',
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
      return `${field} がありません。`;
    case 'too-long':
      return `${field} は ${show('length')} 文字です。${show('max')} 文字以内にしてください。`;
    case 'no-choice':
      return `${field} に「${show('value')}」は使えません。使える値：${show('choices')}。`;
    case 'no-number':
      return `${field} は数値で指定してください。`;
    case 'too-small':
      return `${field} は ${show('min')} 以上にしてください。`;
    case 'too-large':
      return `${field} は ${show('max')} 以下にしてください。`;
    case 'too-many':
      return `${field} は ${show('max')} 個までです（${show('count')} 個あります）。`;
    case 'no-place':
      return `このモデルは${field === 'image' ? '画像' : '動画'}を受け取りません。送らずに注文すると別の動画になります。外すか、受け取れるモデルを選んでください。`;
    case 'said-twice':
      return `${field} に異なる値が 2 つ指定されており、送られるのは一方だけです。どちらかを外してください。`;
    case 'file-too-large':
      return `${field} は ${megabytes(params['maxBytes'], '超過')} までですが、このファイルは ${megabytes(params['sizeBytes'], '超過')} です。小さくして、もう一度お試しください。`;
    case 'video-too-long':
      return `${field} は ${show('maxSeconds')} 秒までですが、これは ${seconds(params['seconds'], 'もっと長く')} あります。短くして、もう一度お試しください。`;
    case 'only-beginning':
      return `${field} は最初の ${show('usedSeconds')} 秒だけ使われます。これは ${seconds(params['seconds'], 'もっと長く')} あります。`;
    case 'unknown-field':
      return `${field} はこのモデルの項目ではありません。送信はしますが、プロバイダーは無視するかもしれません。`;
  }
}
