/** Simplified Chinese. Commands, flags, names of providers, keys and fields stay as they are written. */
import { isOfDisk } from '../download-trouble.ts';
import { providerName, providers } from '../providers/catalog.ts';
import { amounts, ended } from './amounts.ts';
import type { CorePack } from './core-packs.ts';
import { faultIn, isUnreached, type FaultWords } from './en-providers.ts';

const { bytes, kibi, mebi, megabytes, number, seconds } = amounts('zh-Hans');

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';
const keepsTrying = 'Video Inbox 会继续尝试。';
const noCallbacks = '回调无法到达';
const refusing = '回调会被拒绝，新内容不会保存';
const goesOn = '服务商会重试一段时间，处理好后收件箱会自动继续';

const faults: FaultWords = {
  'no-api': 'Video Inbox 无法查询这个服务商；它的回调照常接收。',
  'no-key': '这个服务商还没有设置密钥。设置后，所有等待它的任务会自动继续。',
  'bad-key': '服务商不接受你的密钥：密钥有误、已被吊销或权限不足。请换一个；期间不会丢失任何内容。',
  'no-credits': '你的积分已用完。请在服务商处充值，然后重试。',
  'key-limit': '这个密钥已达到自身的消费上限。请在服务商处提高上限，或换一个密钥。',
  'rate-limited': '服务商表示请求过多。请一分钟后重试。',
  'not-found': '服务商不认识这个任务。',
  invalid: '服务商不接受发送的内容。',
  moderated: '服务商的内容过滤器拦下了它。请修改提示词或素材，然后重试。',
  'input-unreachable': '服务商无法获取素材。素材必须位于公开的 https 地址；给出你自己文件的路径，就会上传它。',
  account: '你在服务商处的账户有问题，因此它不接受你的任何请求。请先查看那里的账户，再重试。',
  'too-many-running': '正在制作的视频数已达到你的账户允许的同时上限。请等一个完成后再重试。',
  'blocked-place': '你在服务商处的账户只允许特定地址，而本机的地址不在其中。请在那里添加后再重试。',
  maintenance: '服务商正在维护。请稍后重试。',
  server: '服务商那边出了问题。请稍后重试。',
  ended: '服务商放弃了这个任务。',
  disabled: '服务商已停用此功能。',
  timeout: '服务商没有及时响应。',
  network: '与服务商的连接中断，或没有连接。',
  certificate:
    '这台电脑不信任服务商地址的证书：时钟可能不准，或者代理、杀毒软件在读取加密流量。在 Video Inbox 的环境中用 NODE_EXTRA_CA_CERTS=文件 指定要信任的证书。',
  proxy: '无法连接代理，或代理不放行，因此没有任何内容到达服务商。请检查本机或 Video Inbox 设置里的代理。',
  unreadable: '服务商的响应无法理解。',
  'no-address': '只有下单时的响应才写明在哪里查询这个任务，而这个任务是在别处下单的。',
  interrupted: '服务商响应之前，Video Inbox 已退出。',
  stopped: '发送之前，Video Inbox 已退出。',
};
const longPause = (minutes: number): string =>
  `服务商表示请求过多，要求暂停${minutes < 60 ? ` ${String(minutes)} 分钟` : '一小时或更久'}。请在那之后重新下单。`;
const fault = (code: string, said: string | null, pauseMinutes?: number): string => {
  const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
  return said === null ? ours : `${ours}对方原话：${ended(said)}`;
};
const unreached = (provider: string, why: string): string =>
  `无法连接 ${providerName(provider)}，因此没有下单，也没有付费。${why}解决后请重新下单。`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, fault(code, said))
    : `${providerName(provider)} 拒绝了订单，什么也没有制作。${fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string => `${why}这个编号的订单就是这样结束的；新订单需要自己的编号。`;
const formats = { json: '一条 JSON 消息', xml: '一条 XML 消息', text: '一段文字' } as const;
const ids = 'data.taskId、data.task_id、taskId、task_id、request_id、data.id、id 以及以 id 结尾的名称';

export const pack: CorePack = {
  errors: { broken: 'Video Inbox 内部出了问题。你的视频在磁盘上安然无恙；详情见日志文件。' },
  access: {
    notThisServer: '这个地址不是本地服务器。',
    otherSite: '来自其他网站的请求会被拒绝。',
    signIn: '这个图库需要密钥。请从应用打开，或用“video-inbox status”给出的地址打开。',
    noCookies:
      '此浏览器不为这个地址保存 Cookie，而图库靠 Cookie 认出你。请在浏览器设置中允许这个地址使用 Cookie，然后用同样的方式重新打开图库。',
    scriptKey:
      '这是供脚本使用的密钥：它不能创建密钥、设置机密，也不能把这个收件箱变成另一个的副本。未作任何更改；请在图库中或用 video-inbox 命令来做。',
    twinKey:
      '这是供本收件箱的副本（twin）使用的密钥，在这里打不开任何东西。脚本需要自己的密钥：用 “video-inbox api-key new” 创建。',
    callTooLarge: '这次调用太大。',
    noArguments: '调用的正文必须是由参数组成的 JSON 数组。',
  },
  callbacks: {
    noUrlAtAll: '没有回调 URL',
    labelLength: (most) => `回调 URL 需要一个 1 到 ${number(most)} 个字符的名称。`,
    unknownProvider: (name) => `没有名为“${name}”的服务商。`,
    noSuchUrl: '这个回调 URL 已不存在。',
    filmNotStored: '回调里的视频无法保存；请重新发送。',
    noSuchRequest: (n) => `列表里已没有请求 ${n}。`,
    nothingToReplay: '现在的读取器在这个正文里同样找不到任务，因此没有任何改动。',
    forwardTo: (given) => `“${given}”不是像 http://localhost:3000/hooks/kie 这样的地址。`,
    unknownSample: (id, known) => `没有“${id}”的示例回调。可用的有：${known}。`,
    sampleUnreadable: '示例回调无法读取',
    testNotArrived: '测试回调没有到达收件箱，真正的回调也到不了。请检查隧道，然后重试。',
    testRefused:
      '测试回调得到 404，真正的回调也可能被拒绝。要么公网地址上响应的是别的东西，要么你的设置只允许部分地址投递（callbacks.allowAddresses），而本机地址不在其中。',
    testAnswered: (status, answer) => `测试回调得到 ${status}，真正的回调也可能被拒绝：${answer}`,
  },
  commands: {
    unknownCall: (name) => `没有名为“${name}”的调用。`,
    callNotUnderstood: (name, where, problem) => `无法理解调用“${name}”：${where}：${problem}。`,
    missing: (what) => `缺少 ${what}。“video-inbox help”会显示每个命令的写法。`,
    filmGone: (file) => `${file} 已不在。“video-inbox doctor”会告诉你还缺什么。`,
    programFileMissing: (file) =>
      `Video Inbox 自身的文件缺失（${file}），因此无法运行这个命令。你的视频没有受影响。请重新安装 Video Inbox；如果是源代码目录，请运行“npm run build”。`,
    outputLost: (reason) => `无法写出结果：${reason}。请写到别处再试。`,
    orderOutputLost: (reason) =>
      `无法写出下单的结果：${reason}。查看之前不要重新下单：如果已下单，“video-inbox list”会显示。`,
    madeAllTheSame: (key) => `不过订单已经下好，不要重新下单。“video-inbox wait ${key}”会等待它的视频。`,
    bodyCut: (n) => `请求 ${n} 只保留了开头，因此无法再次读取或发送。`,
    bodyNotKept: (n) => `请求 ${n} 的正文没有保留，因此无法再次读取或发送。`,
    arguments: '参数',
    surplus: (argument) => `参数“${argument}”是多余的。`,
    notBoth: (one, other) => `--${one} 和 --${other} 不能同时使用。请去掉其中一个。`,
    flagMustBe: (flag, meaning, given) => `--${flag} 必须是${meaning}，而不是“${given}”。`,
    unknownCommand: (name, known, likely) =>
      `没有命令“${name}”。${likely === null ? '' : `您是不是想输入“${likely}”？`}可用的命令：${known}。“video-inbox help”说明各自的作用。`,
    unknownApiKeyCommand: (what) => `没有“api-key ${what}”；可用的有：api-key new, list, revoke ID。`,
    unknownScope: (given) => `--scope 必须是“local”或“twin”，而不是“${given}”。`,
    noLibrary: (dataDir) => `${dataDir} 还没有资料库。“video-inbox serve”会在那里建立一个；用 --data-dir 指定别处。`,
    exportTaken: (file) => `${file} 已存在，保持原样。请用 --to 选择一个空文件夹。`,
    exportRefused: (folder, reason) => `无法把副本写到 ${folder}：${reason}。请用 --to 选择另一个文件夹。`,
    exportInside: (folder) =>
      `${folder} 是资料库自身文件所在之处，因此什么也没有复制。请用 --to 选择资料库之外的文件夹。`,
    exportWhere: '请说明副本放到哪里：--to DIR。',
    notExported: (id) => `资料库里没有任务“${id}”，因此什么也没有导出。`,
    unknownState: (known, given) => `--state 必须是 ${known} 之一，而不是“${given}”。`,
    searchTooLong: (most, given) => `搜索最多 ${most} 个字符，这里有 ${given} 个。请去掉一些词。`,
    noSuchRequest: (n) => `没有请求 ${n}；“video-inbox requests”列出全部请求。`,
    noRequestNumber: (given) => `“${given}”不是请求编号；“video-inbox requests”列出全部请求。`,
    notInLibrary: (id) => `资料库里没有任务“${id}”。“video-inbox list”显示已有的任务。`,
    overBudget: (cost, budget, where) =>
      `这通常需要 ${number(cost)} 积分，超过 ${where} 的 ${number(budget)}，因此没有下单。请提高 ${where}，或不带它下单。`,
    costUnknown: (where) =>
      `这里还不知道这需要多少积分，无法遵守 ${where}，因此没有下单。请在服务商处查看价格，不带 ${where} 下单：有了结果后就知道价格了。`,
    paramForm: (given) => `--param 必须是 NAME=JSON 的形式，例如 seed=7，而不是“${given}”。`,
    tagWhat: '请说明要改什么：--add TAG、--remove TAG，或两者都给。',
    notTagged: (id) => `资料库里没有任务“${id}”，因此没有改动任何标签。`,
    unknownTunnelCommand: (what) => `没有“tunnel ${what}”；可用的是：tunnel set-token。`,
    notHere: (key, n) =>
      `${key} 的视频 ${n} 已保存，但不在这台电脑上。“video-inbox export ${key} --to DIR”会把它取来。`,
    despiteFailure: (place) => `不过服务商仍给出了一个视频，在这里：${place}`,
    filmToCome: (key) => `不过服务商仍给出了一个视频，正在下载。“video-inbox show ${key}”会说明它的结果。`,
    draftHere: (place) => `制作过程中服务商给出的内容在这里，可能只是草稿：${place}`,
    notKnown: (id) => `这个收件箱不认识任务“${id}”。`,
    linkToNothing: (place) =>
      `${place} 是一个链接，而它指向的内容不存在，因此没有导入。请找回该内容，或直接指定视频文件本身。`,
    noSuchPath: (place) => `没有 ${place} 这个文件或文件夹，因此什么也没有导入。`,
    nameNotUtf8: (place) => `${place} 的名称不是用 UTF-8 写的，无法打开，其中什么也没有导入。请改名后重新导入。`,
    notRead: (place, reason) => `${place}：${reason}`,
    settingsUsage: '请说明要做什么：“settings list”或“settings set NAME VALUE”（VALUE 为“usual”：未设置时的值）。',
    unknownSetting: (word, known) => `没有名为“${word}”的设置。可用的名称：${known}。`,
    storeUsage: '请说明移到哪里：video-inbox store move --to s3://bucket/folder?endpoint=…&region=…，或 --to disk。',
    noShelf: '没有可以取回视频的存放处。请把 VIDEO_INBOX_STORE_URL 设为视频所在的地址。',
    otherBytes: (name) =>
      `${name} 在两边的内容不一致。它留在原处，没有比较过的文件一个也没有删除。请重试；如果再次出现，说明存放视频的磁盘或服务器已损坏。`,
    credits: '积分数',
    wholeNumber: '不小于 1 的整数',
    orderId: '8 到 100 个字母、数字、点和短横线',
    seconds: '秒数',
    noSuchArgument: (name, known) =>
      `没有名为“${name}”的参数，因此什么也没有做。已知的参数：${known === '' ? '无' : known}。`,
    argumentMissing: (name, known) => `缺少参数“${name}”，因此什么也没有做。已知的参数：${known}。`,
    argumentsUnnamed: (known) =>
      `参数必须是一个写明各参数名称的对象，因此什么也没有做。已知的参数：${known === '' ? '无' : known}。`,
    noSuchTool: (name, known) => `没有名为“${name}”的工具，因此什么也没有做。可用的工具：${known}。`,
    promptTooLong: (most, total) =>
      `提示词最多 ${number(most)} 个字符，这一条有 ${number(total)} 个。请删去一些字；没有下单。`,
    argumentNotUnderstood: (where, problem) => `${where}：${problem}。`,
  },
  config: {
    flagUnknown: (flag, known) => `没有选项 ${flag}。可用的选项：${known}。`,
    flagNeedsValue: (flag) => `${flag} 需要一个值；以“-”开头的值请写成 ${flag}=…`,
    flagTakesNoValue: (flag) => `${flag} 不带值。`,
    dataDirEmpty: '--data-dir 必须给出一个文件夹；现在是空的。',
    port: (flag, given) => `--${flag} 必须是 0 到 65535 的端口号（0 = 任意空闲端口），而不是“${given}”。`,
    syncCert: '--sync-cert 和 --sync-key 要一起给：证书及其密钥，均为 PEM 文件。',
    syncHost: (given) => `--sync-host 必须是本机的地址，例如 0.0.0.0，而不是“${given}”。`,
    syncAlone: (flag) =>
      `没有 --sync-port 时 --${flag} 不起作用：不会打开供副本使用的端口。请加上 --sync-port，或去掉它。`,
    twinMedia: (given) => `--twin-media 必须是“all”“starred”或“opened”，而不是“${given}”。`,
    twinMaxMib: (given) => `--twin-max-mib 必须是 MiB 数，而不是“${given}”。`,
    cacheMib: (given) => `VIDEO_INBOX_CACHE_MIB 必须是 MiB 的整数（0 = 这里不保留），而不是“${given}”。`,
    seconds: (flag, given) => `--${flag} 必须是秒数，而不是“${given}”。`,
    tunnel: (given) => `--tunnel 必须是“none”或“ngrok”，而不是“${given}”。`,
    address: (flag, given) => `--${flag} 必须是像 https://inbox.example.com 这样的地址，而不是“${given}”。`,
    host: (flag, given) => `--${flag} 必须是主机或 host:port，例如 192.168.1.5:8080，而不是“${given}”。`,
    requireSignature: (known, given) =>
      `--require-signature 必须是“none”“all”或以逗号分隔的服务商（${known}），而不是“${given}”。`,
    logLevel: (known, given) => `--log-level 必须是 ${known} 之一，而不是“${given}”。`,
    portTaken: (port, name, isForbidden, flag) =>
      `${name} 监听所用的端口 ${port} ${isForbidden ? '不允许这个用户使用' : '已被另一个程序占用'}。请停止那个程序，或用 --${flag} 选择别的端口（0 = 任意空闲端口）。`,
    unknownSecret: (name) => `没有名为“${name}”的密钥。`,
    secretOfEnvironment: '这个密钥来自环境变量；请在那里修改，然后重新启动。',
    senderAddress: (given) =>
      `“${given}”不是地址，因此没有任何改动。请给出像 203.0.113.9 的地址或像 203.0.113.0/24 的范围。`,
    apiBase: (given) => `--api-base 必须是 PROVIDER=URL 的形式，例如 kie=https://…，而不是“${given}”。`,
    apiBaseUnknown: (name, known) => `没有名为“${name}”、可以另设 API 地址的服务商。可用的名称：${known}。`,
    apiBaseAddress: (source, given) => `${source} 必须是像 https://api.example.com 这样的地址，而不是“${given}”。`,
    unknownApiKey: (id) => `没有密钥“${id}”；“video-inbox api-key list”列出全部密钥。`,
    keysUnreadable: (file) => `存放你密钥的文件（${file}）无法读取。请修复或移走它，然后重新启动；你的视频不受影响。`,
    caFile: (file) => `CA 文件 ${file}（VIDEO_INBOX_NGROK_CA_FILE）无法读取。`,
    storeKeys:
      '视频存放在 S3 上，但没有设置密钥。请设置 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY，或写入 ~/.aws/credentials（AWS_PROFILE）。',
    storeUrlProblems: {
      form: '它必须形如 s3://bucket/folder?endpoint=https://…&region=…',
      keysInside: '其中不能含有密钥；密钥取自 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY。',
      endpoint:
        '它的 endpoint 必须是 http 或 https 服务器地址，主机和端口之后不能有其他内容：https://s3.example.com:9000',
      fields: '“?”之后只能有 endpoint=…、region=… 和 pathStyle=1，以“&”分隔。',
      folder: '它的文件夹不能含有“..”；在地址中另有含义的字符要这样写：% 写作 %25，# 写作 %23，? 写作 %3F。',
    },
    storeUrl: (why) => `VIDEO_INBOX_STORE_URL 无法使用。${why}`,
    shelf: {
      keys: 'S3 服务器不接受用于这个存储桶的密钥。请检查 AWS_ACCESS_KEY_ID 和 AWS_SECRET_ACCESS_KEY 及其权限。',
      bucket: 'S3 服务器没有这个名称的存储桶。请检查 VIDEO_INBOX_STORE_URL。',
      region: '这个存储桶在 S3 服务器的另一个区域。请检查 VIDEO_INBOX_STORE_URL 中的区域。',
      regionIs: (region) =>
        `这个存储桶在 S3 服务器的 ${region} 区域。请在 VIDEO_INBOX_STORE_URL 中写 region=${region}。`,
      leadsTo: (origin) =>
        `S3 服务器的地址会转到 ${origin}。请检查 VIDEO_INBOX_STORE_URL 中的 endpoint；可能需要用 https 而不是 http。`,
      expired:
        'S3 服务器的密钥已过期。请把新的密钥写入 ~/.aws/credentials，程序会自动读取；或设置 AWS_ACCESS_KEY_ID、AWS_SECRET_ACCESS_KEY 和 AWS_SESSION_TOKEN，然后重新启动 Video Inbox。',
      archived:
        'S3 服务器已把这个视频移入归档。它没有丢失：请在那里恢复它（“aws s3api restore-object”），并让该文件夹不受此规则影响；之后就能再次观看和复制。',
      tooLarge: (status, word) =>
        `S3 服务器或它前面的代理不接受这么大的请求（${String(status)} ${word}）。请让它一次接受 64 MiB（nginx：client_max_body_size 64m）；等待中的会自动发送。`,
      full: (status, word) => `S3 服务器没有空间了（${String(status)} ${word}）。请在那里腾出空间，或提高上限。`,
      busy: (status, word) =>
        `S3 服务器繁忙或出了故障（${String(status)} ${word}）。会自动再试；如果一直这样，请检查服务器。`,
      certificate: (word) =>
        `这台机器不信任 S3 服务器的证书（${word}）。如果是你自己的证书，请用 NODE_EXTRA_CA_CERTS 指定其颁发机构的文件，然后重新启动 Video Inbox。`,
      plain: 'S3 服务器在这个地址不使用 https。请检查 VIDEO_INBOX_STORE_URL 中的 endpoint：http 还是 https，以及端口。',
      proxy: (host, errno) =>
        `无法连接 S3 服务器：代理 ${host} 不放行（${errno}）。请检查本机或 Video Inbox 设置里的代理，或把服务器的主机写入 NO_PROXY。`,
      clock: 'S3 服务器拒绝了，因为这台机器的时钟不准。请校准时钟。',
      away: '无法连接 VIDEO_INBOX_STORE_URL 所指的 S3 服务器。请检查地址以及服务器是否在运行。',
      other: (status, word) => `S3 服务器拒绝了（${String(status)} ${word}）。`,
    },
    shelfTrouble: (why) => `${why}视频仍会下载，并在这台机器上等到它接受为止；那里的视频届时可再次观看。`,
  },
  desktopFailures: {
    notOnDisk: '这个视频还不在磁盘上。请等待，或在其任务中点“重试”。',
    onShelf: (place) => `这个视频不在这台电脑上，而在存放处（${place}）。要取到本地，请在其任务中点“下载”。`,
    noFile: '这个视频的文件不见了。请在其任务中点“重试”重新获取。',
    notOpened: (reason) => `系统无法打开这个视频：${reason}。它在磁盘上安然无恙；请试试“在文件夹中显示”。`,
    profileRefused: (profile, temporary) =>
      `Video Inbox 无法写入自己的文件夹之一：${profile} 或 ${temporary}。请在那里腾出空间或允许写入，然后重新启动。你的库不受影响。`,
    noClipboard: '系统没有接受这个文件。请用“在文件夹中显示”，再从那里复制。',
    keysRefused:
      '目前无法读取一个已保存的密钥：系统钥匙串拒绝了。密钥会保留，下次启动时再试；请解锁钥匙串，或在设置中重新输入密钥。',
    forbidden: '这个调用不是来自 Video Inbox 的窗口，因此被拒绝。',
    malformed: '这个调用的形式不对，因此被拒绝。没有任何改动。',
  },
  doctor: {
    strayFile: (file) => `${file} 不属于任何任务。它留在原处；如果不需要，请把它移走。`,
    otherLibrary: (count) =>
      `另一个资料库也把视频放在 S3 的这个文件夹里。不属于本资料库任何任务、可能属于那个资料库的文件：${String(count)} 个。请让它们留在原处。共用一个文件夹的两个资料库，在任务 id 相同时可能互相丢失视频，请给其中一个单独的文件夹。`,
    journalLine: (file, offset, size) =>
      `事件日志的一行（${file}，第 ${String(offset)} 字节，${String(size)} 字节）无法读取。其他事件完好；除非服务商再次回调，这一行的内容就丢失了。`,
    journalGap:
      '事件日志中缺少一些事件，可能是丢了其中的文件，或被换成了较旧的副本。索引还知道的部分会保留，因此不要删除 index 文件夹；journal 文件夹的备份可以恢复全部内容。',
    indexOnly: (n) =>
      `索引里有 ${number(n)} 个任务在事件日志中没有记录。它们会保留，因此不要删除 index 文件夹；journal 文件夹的备份可以找回丢失的内容。`,
    laterVersion: (n, type, version) =>
      `有 ${number(n)} 个“${type}”类事件（格式 ${String(version)}）来自本程序更新的版本：保留并跳过。那个版本或更新的版本能读懂它们。`,
    eventNotUnderstood: (n, type) =>
      `用事件 ${String(n)}（“${type}”）生成任务时程序出错，因此那个任务保持原样。详情见日志；事件会保留，更新后可以再次读取。`,
    indexPage: '索引的一页已损坏。它已被放到一边，并根据事件日志重新生成；没有丢失任何内容。',
    indexUnsaved: (reason) =>
      `索引已重新生成，但磁盘没有接受（${reason}）。没有丢失任何内容：下次启动会读取整个事件日志。请腾出空间或检查磁盘，然后再运行一次。`,
    indexDiffers: (n) => `索引与事件日志对 ${number(n)} 个任务的说法不同。已根据事件日志重新生成。`,
    missingVideo: (file) => `${file} 已不在磁盘上。请趁链接有效，打开任务并选择“重试”来获取。`,
    missingYet: (file, names) =>
      `${file} 不在存储中。它可能是只在一台机器的磁盘上、会从那里自动移到存储的视频之一：${names}。等“video-inbox status”不再列出任何机器后再运行一次，在此之前不要重新获取。`,
    withheldVideo: (file, why) => `无法检查 ${file}。${why}`,
    changedVideo: (file) => `${file} 不是当初保存的文件：大小或哈希不同。如果不是你改的，请把它移走，再重新获取。`,
  },
  downloads: {
    reasons: {
      gone: ({ host, status }) =>
        status === 404 || status === 410
          ? `${host} 表示这个文件已不在（${status}），链接很可能已过期。如果服务商能生成新链接，请用新链接重试。`
          : `${host} 表示这个链接已过期（${status}）。如果服务商能生成新链接，请用新链接重试。`,
      forbidden: ({ host, status }) =>
        status === 403 || status === 406
          ? `${host} 不允许我们获取这个文件（${status}），像浏览器那样请求也不行。链接很可能已过期，或该主机拒绝程序访问。请在浏览器中打开链接，或用新链接重试。`
          : `${host} 不允许我们获取这个文件（${status}）。链接很可能已过期，或需要 API 密钥。请用新链接重试。`,
      'not-there-yet': ({ host, status }) =>
        `文件还没有就绪：${host} ${status === null ? '只有其中一部分' : `响应 ${status}`}。回调往往比背后的存储更快；Video Inbox 会自动再问。`,
      'bad-url': () => '服务商发来的链接不是网址，因此没有可获取的内容。',
      'inline-lost': () => '视频是随回调一起送来的，但它的数据已不在数据文件夹里。请让服务商重新发送回调，或附上文件。',
      'not-http': ({ scheme }) =>
        `链接指向一个以 ${scheme}:// 开头的地址，而视频只能从 https 和 http 链接获取。请向服务商要一个 https 链接。`,
      'url-with-password': () => '链接里带有用户名或密码，Video Inbox 不会把它发往任何地方。没有获取任何内容。',
      'private-address': ({ host }) =>
        `链接指向 ${host}，位于私有网络内，因此没有获取。如果那是你自己的服务器，请用 --allow-host ${host} 启动 Video Inbox。`,
      'private-from-here': ({ host }) =>
        `从这里访问，${host} 指向私有网络内，因此没有获取。需要先登录的网络就会这样：请在浏览器中登录。如果那是你自己的服务器，请用 --allow-host ${host} 启动 Video Inbox。`,
      'too-many-redirects': ({ host, limit }) =>
        `${host} 转发了超过 ${limit} 次也没有给出文件。请稍后重试，或在浏览器中获取。`,
      'bad-redirect': ({ host }) => `${host} 把我们转发到一个不是网址的地址。请稍后重试。`,
      'too-large': ({ limitBytes }) =>
        `文件超过 ${bytes(limitBytes)} 的上限，因此没有获取。请在设置中调高“视频的最大大小”，然后重试。`,
      'web-page': ({ host, title }) =>
        `${host} 发来的是网页${title === '' ? '' : `（“${title}”）`}而不是视频。链接可能已过期；请在浏览器中打开看看。`,
      'text-answer': ({ host, format, excerpt }) =>
        `${host} 发来的是${formats[format]}而不是视频${excerpt === '' ? '' : `：${excerpt}`}。链接可能已过期；请用新链接重试。`,
      playlist: ({ host }) =>
        `${host} 给的是播放列表而不是视频：那是给播放器的片段清单，不是文件。请向服务商要 mp4，或用能拼接片段的工具获取。`,
      image: () => '链接给的是图片而不是视频。请在浏览器中打开查看。',
      'other-file': ({ what }) => `链接给的是 ${what} 文件而不是视频。请在浏览器中打开获取。`,
      'unknown-file': () => '链接给的不是 Video Inbox 认识的视频。请在浏览器中打开查看。',
      'not-an-image': () => '预览链接给的不是图片。',
      empty: ({ host }) => `${host} 发来的是空文件。请稍后重试；服务商可能还在写入。`,
      'cut-short': () => '视频结束得太早：服务器上的文件缺了一部分。请稍后重试。',
      'no-index': () => '视频没有索引（moov），任何播放器都打不开。服务商可能还在写入；请稍后重试。',
      'no-pictures': () => '视频里没有画面。服务商可能还在写入；请稍后重试。',
      'trailing-data': ({ extraBytes }) =>
        `视频后面跟着 ${bytes(extraBytes)} 不属于它的数据，因此没有保留这个文件。请在浏览器中打开链接看看是什么。`,
      'wrong-length': ({ host, gotBytes, promisedBytes }) =>
        `${host} 说有 ${bytes(promisedBytes)}，每次却只发 ${bytes(gotBytes)}，因此视频不完整。请稍后重试。`,
      'other-checksum': ({ host }) =>
        `${host} 发来的数据与它给出的校验和不符，视频可能已损坏，因此不算已保存。请稍后重试；若仍然如此，请在浏览器中打开链接，能播放就附加该文件。`,
      'ended-early': ({ host, gotBytes, promisedBytes }) =>
        `${host} 说有 ${bytes(promisedBytes)}，却只发了 ${bytes(gotBytes)}，因此视频不完整。`,
      'broken-encoding': ({ host }) => `${host} 发来的内容无法解压。请稍后重试。`,
      'packed-bomb': ({ host }) =>
        `${host} 发来的内容解压后远大于一个视频，因此没有保留。请在浏览器中打开链接看看是什么。`,
      'disk-full': ({ neededBytes }) =>
        `磁盘空间不足${neededBytes === null ? '' : `（还需要 ${bytes(neededBytes)}）`}。已获取的部分会保留；有空间后下载自动继续。`,
      'disk-error': ({ errno }) =>
        isOfDisk(errno)
          ? `视频无法写入磁盘（${errno}）。已获取的部分会保留；磁盘恢复后下载自动继续。`
          : `视频无法保存到 S3 服务器（${errno}）。它已获取并在这台机器上等待；服务器接受后会自动保存到那里。`,
      'report-failed': () => '视频已在磁盘上，但资料库没能记下它。会自动重试。',
      'no-connection-in-time': ({ host }) => `${host} 没有及时接受我们的连接。`,
      'no-answer-in-time': ({ host }) => `${host} 收到了请求，但没有及时响应。`,
      stalled: ({ host }) => `${host} 在文件传到一半时停止了发送。`,
      'too-slow': ({ host }) => `${host} 发送得太慢，会让其他视频一直等待。`,
      'took-too-long': ({ host }) => `${host} 发送得太慢，下载耗时过长。`,
      'no-such-host': ({ host }) => `找不到地址 ${host}。请检查网络连接。`,
      'untrusted-certificate': ({ host }) => `${host} 的证书无效，因此没有信任该连接。`,
      'connection-cut': ({ host }) => `文件还没传完，与 ${host} 的连接就中断了。`,
      'connection-refused': ({ host }) => `${host} 目前不接受连接。`,
      'connection-failed': ({ host, errno }) => `与 ${host} 的连接失败（${errno}）。`,
      'proxy-failed': ({ host, errno }) => `无法连接代理 ${host}（${errno}）。请检查本机或 Video Inbox 设置里的代理。`,
      'daily-limit': ({ limitBytes }) =>
        `这个回调 URL 的链接今天已带来 ${bytes(limitBytes)}，达到上限。下载明天自动继续；上限在设置里。`,
      'server-error': ({ host, status }) => `${host} 自身出了问题（${status}）。`,
      'too-many-requests': ({ host }) => `${host} 要求我们等待（429）。`,
      'unexpected-status': ({ host, status }) => `${host} 给出了在这里说不通的响应（${status}）。`,
      internal: () =>
        '获取这个视频时 Video Inbox 内部出了问题，因此已停止尝试。详情见日志；请在下次更新后重试，或在浏览器中获取。',
    },
    givenUp: (sentence, attempts) =>
      `${sentence}尝试 ${number(attempts)} 次后，Video Inbox 已停止；已获取的部分会保留。请检查连接，然后重试。`,
    waits: {
      places: '排队中：正在获取其他视频。',
      host: '排队中：正在从同一主机获取其他视频。',
      held: '主机要求我们稍等片刻。',
      later: '等待下一次尝试。',
      paused: '下载已暂停。',
    },
  },
  host: {
    notAProxy: (text) => `“${text}”不是代理地址，因此没有任何改动。请给出像 http://127.0.0.1:7890 这样的地址。`,
    proxyWithPassword:
      '设置以明文保存，带密码的代理不该放在那里，因此没有任何改动。请改为在 Video Inbox 的环境变量中设置 HTTPS_PROXY。',
    crashed: (logFile) =>
      `Video Inbox 遇到自身的错误，为避免收下可能丢失的内容，已经停止。所有已响应的回调都在磁盘上；请重新启动。${logFile === null ? '' : `发生了什么见 ${logFile}。`}`,
    closing: 'Video Inbox 正在关闭，不再接受调用。没有任何改动。',
    closeFailed: '关闭没有完成。所有已响应的回调都在磁盘上；其余的会在下次启动时重新生成。',
    incomplete: (file) => `这个 Video Inbox 安装不完整：缺少 ${file}。请重新安装；你的视频不受影响。`,
    settingsRefused: (names) =>
      `settings.json 中有无法设置的内容（${names}），该处改用默认值，其余仍按你的选择。请重新选择；届时会保留旧文件。`,
    settingsUnread: (aside) =>
      `无法读取 settings.json，因此使用默认设置。你的视频未受影响。旧文件保留为 ${aside}。请重新设置你的选择，首先是公网地址。`,
    urlsLost: (file) =>
      `无法读取回调 URL 列表（${file}）及其副本，因此有了新的回调 URL，发往旧 URL 的回调会被拒绝。请在所有发送回调的地方改用新的 URL。你的视频未受影响；旧列表保留在新列表旁边。`,
    settingsUnreadable: (file, code) =>
      `无法读取 ${file}（${code}），没有你的设置收件箱不会启动；没有更改任何内容。请让此用户能读取该文件，或把它移走以使用默认设置。`,
    settingsNotSaved: (reason) => `设置无法保存：${reason}。继续使用原来的设置。`,
    keysBroken: (file) =>
      `无法读取存放你密钥的文件（${file}），因此其中的密钥都未启用，包括隧道的密钥。你的视频未受影响。请重新输入密钥；届时旧文件会保留在新文件旁边。`,
    secretNotSaved: (reason) => `密钥无法保存：${reason}。继续使用原来的密钥。`,
    diskRefused: (reason) => `资料库所在的磁盘没有接受：${reason}。资料库中的内容保持原样。请解决后重试。`,
    dataDirUnusable: (root, reason) =>
      `数据文件夹 ${root} 无法使用：${reason}。没有任何改动。请用 --data-dir 选择别的文件夹，或修复后重试。`,
    disk: {
      EACCES: '这个用户没有写入权限',
      EPERM: '这个用户没有写入权限',
      EROFS: '该磁盘是只读的',
      ENOSPC: '该磁盘已满',
      EDQUOT: '你在该磁盘上的配额已用完',
      EIO: '该磁盘报告错误',
      ENOENT: '路径的一部分不存在，或不能使用该名称',
      ENOTDIR: '路径的一部分是文件，不是文件夹',
      EEXIST: '已有同名文件',
    },
  },
  instance: {
    alreadyRunning: (pid, where) => {
      if (where === 'here') {
        return `pid 为 ${String(pid)} 的 Video Inbox 已在使用这个数据文件夹。请使用它（“video-inbox status”给出图库地址）、先停止它，或用 --data-dir 选择别的文件夹。`;
      }
      const place = where === 'container' ? '另一个容器' : '另一台机器';
      return `${place}中的 Video Inbox（那里的 pid 为 ${String(pid)}）已在使用这个数据文件夹。请先停止它，或用 --data-dir 选择别的文件夹。`;
    },
    commandAtWork: (pid) =>
      `pid 为 ${String(pid)} 的 Video Inbox 命令（如“store move”或“doctor”）正在处理这个数据文件夹。请等它结束后重试，或用 --data-dir 选择别的文件夹。`,
    starting: (pid, dataDir) => `${dataDir} 上 pid 为 ${String(pid)} 的 Video Inbox 还在启动。请稍后重试。`,
    noRoomForAddress: (pid, dataDir) =>
      `${dataDir} 上 pid 为 ${String(pid)} 的 Video Inbox 正在运行，但它的磁盘已满，没能记下这个命令该连到哪里。你的库可以在它启动时显示的图库地址打开。请腾出一些空间，稍后重试。`,
    runsElsewhere: (dataDir) => `${dataDir} 上的 Video Inbox 运行在另一个容器或另一台机器上。请在那里执行这个命令。`,
    notRunning: (dataDir) => `${dataDir} 上没有运行 Video Inbox。请用“video-inbox serve”启动或打开应用，然后重试。`,
    orderInDoubt:
      '收件箱接受了订单，但没有收到它的响应，因此不知道视频是否已下单。查看之前不要重新下单：如果已下单，“video-inbox list”会显示，服务商那里也有自己的列表。',
  },
  journal: {
    reading: '正在读取事件日志：事件',
    checking: '正在检查视频',
    sum: (events, files, size, oldest, newest) => `事件日志：${events}，${files}，${size}，从 ${oldest} 到 ${newest}`,
    repeats: (repeats) => `${repeats}的正文以前来过`,
  },
  library: {
    notInLibrary: '那个视频已不在资料库里。',
    noStrip: '胶片条必须是不超过 1 MiB 的 JPEG，且属于已保存的视频。',
    notUndone: '已无法自动撤销：之后的操作太多，或收件箱已重新启动。没有任何改动。',
    changedSince: '此后已在别处更改，因此没有撤销任何内容。',
    isSaved: '那个视频已在磁盘上，因此没有任何改动。',
    linkIsNoAddress: '链接以 https:// 或 http:// 开头。请复制视频的完整地址，再粘贴一次。',
    noSuchFile: (file) => `没有可读的文件 ${file}。请重新选择视频；另一台机器上的文件要先复制到这里。`,
    taskIdNeeded: '需要任务 ID。',
    notWatched: (id) => `不认识任务“${id}”。请先登记：video-inbox watch PROVIDER TASK_ID。`,
    posterForm: '海报必须是不超过 2 MiB 的 JPEG 或 PNG。',
    nothingToExport: '这些任务都还没有视频在磁盘上，没有可带走的内容。请等到有视频保存下来。',
    unknownExportWord: (word, known) => `名称中的 {${word}} 不代表任何内容，因此没有导出任何东西。可用的词：${known}。`,
    tooManyToExport: (most) => `一次最多导出 ${number(most)} 个视频。请少选一些，分批导出。`,
    notBackYet: '还不知道它是否已恢复：可能另一台机器先清空了回收站。你的操作已保存，正在发送。请稍后再看。',
    nothingToRetry: '这个任务的视频都已在磁盘上或正在获取。',
    onlyElsewhere: (names) =>
      `这个视频可能在另一台机器的磁盘上，那台机器会自动把它移到存储：${names}。因此没有重新获取；“video-inbox status”会显示还剩多少。请稍后再看。`,
    notMoved: '资料库无法移动：磁盘没有接受某个文件。它仍在原处，没有丢失任何内容。',
    copyDiffers: (file) => `${file} 的副本与原文件不同，因此没有移动任何内容。请检查新磁盘。`,
    moveOutside: '新文件夹必须在资料库之外，资料库也必须在新文件夹之外。',
    moveUnreadable: (folder) => `${folder} 无法读取，因此没有移动任何内容。请选择别的文件夹。`,
    moveNotEmpty: (folder) => `${folder} 不是空的。请选择空文件夹，以免覆盖其中内容。`,
    moveNoRoom: '那个磁盘放不下资料库。没有移动任何内容。',
    movedInCircles: (root, file) => `资料库 ${root} 移往何处的记录形成了循环。请从存放你视频的文件夹中移走 ${file}。`,
    anotherFilm: '这是另一个视频：它的数据与已保存的不同。什么都没有改变。',
    notAWholeFilm:
      '这个视频不完整：文件缺了一部分，或混有别的内容，因此没有收下。什么都没有改变；请从原处重新复制，或选择另一个文件。',
    noRoomForFilm: '资料库所在磁盘放不下这个视频，因此没有收下。什么都没有改变；请腾出空间后重新选择。',
    filmNotWritten: (errno) => `资料库所在磁盘未能写入这个视频（${errno}）。什么都没有改变；请检查磁盘后重新选择。`,
    notAFilm: '这个文件不是视频（mp4、mov、webm 之类），因此没有收下。什么都没有改变；请选择另一个文件。',
    movedAway: (to, file) =>
      `资料库已移到 ${to}，但现在不在那里：那个磁盘可能没有连接。什么都没有改变。请连接后重新启动；如果资料库在别处，请用 --data-dir 指定其文件夹；要从空资料库开始，请移走 ${file}。`,
    movedNowhere: (file) => `资料库已移动，但 ${file} 没有写明移到了哪里。请用 --data-dir 加上存放你视频的文件夹启动。`,
  },
  limits: {
    title: '上限',
    intro: '对送达和下载内容的上限。通常的值几乎适合所有人；被某个上限拒绝的请求会连同该上限的名称列在“请求”中。',
    names: {
      'callbacks.bodyLimitMiB': '回调的最大大小',
      'callbacks.filmBodyLimitMiB': '含视频的回调的最大大小',
      'callbacks.signatureWindowSeconds': '签名的最大时间差',
      'callbacks.tasksPerDay': '每个回调 URL 每天的新任务数',
      'callbacks.keptMiBPerDay': '每个回调 URL 每天保存的正文',
      'callbacks.minFreeMiB': '低于此剩余空间不再接收回调',
      'downloads.maxVideoMiB': '视频的最大大小',
      'downloads.mibPerDay': '每个回调 URL 每天的未签名下载',
      'downloads.minFreeMiB': '下载要留出的空间',
    },
    hints: {
      'callbacks.bodyLimitMiB': '更大的会得到 413 响应。带日志的 Replicate 会发送这样的回调。',
      'callbacks.filmBodyLimitMiB': '有些服务会把视频放在回调里发送。',
      'callbacks.signatureWindowSeconds': '签名的时间与此处的时间最多可相差多少。如果这台电脑的时钟不准，请调大。',
      'callbacks.tasksPerDay': '针对经互联网送达、没有签名的回调；超出的会得到 429 响应。',
      'callbacks.keptMiBPerDay': '针对经互联网送达、没有签名的回调；超出的会得到 429 响应。',
      'callbacks.minFreeMiB': '低于此值时回调会得到 503 响应，服务商会重试。留空：64 MiB，小磁盘为 5 %。',
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
  notices: {
    savedTitle: (provider) => `已保存 ${provider} 的视频`,
    savedWithoutPrompt: (taskId) => `任务 ${taskId}`,
    failedTitle: (provider) => `${provider} 没能做出视频`,
    failedWithoutReason: '服务商没有给出原因。打开任务可以看到它发来的内容。',
    downloadFailedTitle: (provider) => `${provider} 的一个视频无法保存`,
    budgetTitle: '本月预算已用完',
    budgetBody: (spent, budget) => `${spent}／${budget} 积分。不会自动停止任何任务。`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `一个链接将在 ${minutes} 分钟后失效` : `${n} 个链接即将失效，第一个在 ${minutes} 分钟后`,
    dyingBody: (title) => `尚未保存：${title}。打开它看看在等什么。`,
    tunnelTitle: '你的回调 URL 无法访问',
    tunnelBody: '在恢复之前，服务商无法回调。打开 Video Inbox 查看原因。',
    storageTitle: '资料库无法再保存新内容',
    roomTitle: '新视频在等待磁盘空间',
    digestTitle: '来自服务商的更多消息',
    quietTitle: '免打扰期间',
    digestBody: (saved, failed) =>
      [
        ...(saved > 0 ? [`已保存 ${number(saved)} 个视频`] : []),
        ...(failed > 0 ? [`${number(failed)} 个问题`] : []),
      ].join('，') + '。',
  },
  providers: {
    fault,
    refused,
    refusedBefore: (provider, code, said) => refusedBefore(refused(provider, code, said)),
    unknownWhetherMade: (provider) =>
      `不知道 ${providerName(provider)} 是否制作了它：没有收到明确的响应。为避免重复付费，不会自动重发；如果已制作，它的回调仍会送到这里。重新下单前，请先查看服务商自己的列表。`,
    unknownAndLookedFor: (provider) =>
      `不清楚 ${providerName(provider)} 是否已生成：没有收到明确的答复。Video Inbox 会在服务商的订单列表中查找，它的回调也会到达这里。不会自动再次发送，以免重复付费。`,
    notNoted: (why) => `无法在磁盘上记录订单（${why}），因此没有发送，也没有付费。请腾出空间后重新下单。`,
    uploadFailed: (why) => `文件无法上传，因此没有下单。${why}`,
    cannotSubmit: (provider) =>
      `Video Inbox 无法向“${provider}”下单。可以下单的有 kie-aleph、kie-luma、kie-runway、kie-veo、kie-market、fal 和 replicate。`,
    unknownProvider: (given, likely) =>
      `“${given}”不是 Video Inbox 认识的服务商，因此永远找不到它的回调。${likely === null ? `已知的有：${providers.map(({ id }) => id).join(', ')}；其余的一律用“unknown”。` : `你是指 ${likely} 吗？`}`,
    cannotAsk: (provider) => `Video Inbox 无法向“${provider}”查询任务；它的回调照常接收。`,
    noKey: (provider, secret) =>
      `${providerName(provider)} 需要你的 API 密钥，但还没有设置。请在设置中填写，或用“video-inbox secret set ${secret}”（或环境变量 VIDEO_INBOX_SECRET_${secret}）。`,
    orderIdOld: '很久以前已有订单使用了这个编号，其结果已不再保留。这次没有发送任何内容；请给这份订单一个自己的编号。',
    orderIdTaken: '已有另一份订单使用了这个编号。这次没有发送任何内容；请给这份订单一个自己的编号。',
    needsModel: (provider) => `${providerName(provider)} 有很多模型：请用 --model NAME 指明。`,
    asked: (provider, state, message) => {
      const said = message === null ? '' : ended(message);
      if (state === 'succeeded') return `${providerName(provider)} 表示已完成。`;
      if (state === 'failed') return `${providerName(provider)} 表示失败了。${said}`;
      return `${providerName(provider)} 表示仍在制作。`;
    },
    givenUp: (provider, code) =>
      code === 'gone'
        ? `${providerName(provider)} 已不认识这个任务，因此不再等待。如果回调到来，仍会接收。`
        : code === 'deadline'
          ? `${providerName(provider)} 一天内没有完成这个任务，因此不再查询。如果回调到来，仍会接收。`
          : '已没有人等待这个任务；如果回调到来，仍会接收。',
    nothingToUpgrade: '这个任务没有该编号的已完成视频，因此没有更大的版本可要。',
    renewing: '这个链接已失效；正在向服务商索取新的链接。',
    budgetBlind: (provider, budget) =>
      `已停止：既不知道 ${providerName(provider)} 收费多少，也不知道你在那里的余额，因此无法遵守 ${number(budget)} 积分的上限。已下单的继续进行。请在服务商处查看价格，其余的不设上限下单。`,
    budget: (spent, budget) =>
      `在达到上限前停止：${number(budget)} 积分中已用或将用 ${number(spent)}。已下单的继续进行。`,
    batchBroke:
      '没有发送，也不会付费：前一个订单以意料之外的方式结束，日志中有完整记录。请先查看那个订单，再重新下单。',
    ordersInDoubt: (count) =>
      `最近七天有 ${number(count)} 个订单不知道是否已制作：没有收到明确的响应。为避免重复付费，不会自动重发；已制作的仍会送到这里。重新下单前，请先查看服务商自己的列表；图库会在下单表单旁列出每一个。`,
    hookLost: (count, why) => `有 ${number(count)} 项已保存或失败的内容没有通知到你的 webhook，也不会再次发送。${why}`,
    commandLost: (count) =>
      `VIDEO_INBOX_HOOK_COMMAND 的命令有 ${number(count)} 次没有正常结束，它要做的事可能没有完成。请手动运行它查看原因。`,
    hookTest: (code, status) => {
      switch (code) {
        case 'answered':
          return 'Webhook 已送达。';
        case 'no-url':
          return '没有设置地址，因此不会通知任何人。请设置后重试。';
        case 'no-secret':
          return '没有设置密钥，未签名的内容不会发送。请用“video-inbox secret set HOOK”（whsec_ 加 base64）设置后重试。';
        case 'refused':
          return `对方响应 ${String(status)}，没有接收。请查看接收方的日志，然后重试。`;
        default:
          return '那个地址没有响应。请确认那里的程序在运行，然后重试。';
      }
    },
    orderProblem,
    orderProblems: (problems) => problems.map(orderProblem).join(''),
  },
  refusals: {
    empty: () => '正文为空；应为 JSON 或表单。',
    'cut-off': () => '无法读取：正文在中途结束。',
    'not-readable': () => '正文无法读取：既不是 JSON，也不是表单或 XML。',
    'not-an-object': () => '正文必须是 JSON 对象。',
    'nothing-in-it': () => `正文里没有任务、视频或状态；查看过 ${ids}。`,
    'broken-off': () => '正文没有完整到达。',
    'too-large': ({ bytes: size, limitBytes }) =>
      `正文超过 ${kibi(limitBytes)}${size === undefined ? '' : `（${kibi(size)}）`}；可在设置中提高上限（callbacks.bodyLimitMiB）。`,
    'packed-too-tightly': () => '正文解压后远大于一个回调应有的大小。',
    'packing-unknown': ({ label }) =>
      `正文用${label ?? '某种方式'}压缩，这个收件箱在当前环境无法解压；可读取 gzip、deflate、br 或不压缩。`,
    'signature-missing': () => '这个收件箱要求回调带签名，而这个没有签名。',
    'signature-wrong': () => '签名不匹配。',
    'signature-stale': () =>
      '签名中的时间与这台电脑的时钟相差太大：回调过旧，或时钟不准。请检查这里的日期和时间，然后让对方重新发送。',
    'signature-used': () => '这个签名已用于另一个正文。',
    'no-secret': () => '这个收件箱要求回调带签名，但没有设置用来验证的密钥。',
    'signature-unknown': () => '这个收件箱要求回调带签名，但不认识这个服务商的签名。',
    'keys-unavailable': () => '目前无法取得用于验证签名的密钥；请重新发送。',
    'too-many-requests': () => '请求过多；请稍后重试。',
    'too-many-at-once': () => '同时到达的回调过多；请稍后重新发送。',
    'tasks-per-day': ({ limit }) =>
      `这个回调 URL 一天内已产生 ${number(limit ?? 0)} 个任务，达到上限（callbacks.tasksPerDay）。`,
    'bytes-per-day': ({ limitBytes }) =>
      `这个回调 URL 一天内已占用 ${kibi(limitBytes)} 磁盘，达到上限（callbacks.keptMiBPerDay）。`,
    'disk-low': ({ bytes: size, limitBytes }) =>
      `磁盘只剩 ${kibi(size)}，低于 ${kibi(limitBytes)} 就不接收回调；请腾出空间后重新发送。`,
    'storage-failed': ({ detail }) => detail ?? '回调无法保存；请重新发送。',
    'wrong-method': ({ method }) => `请用 POST 发送回调，而不是 ${method ?? '这种方法'}。`,
    broke: () => '回调无法保存；请重新发送。',
  },
  requests: {
    madeVideos: (n) => (n === 0 ? '没有产生视频' : `产生了 ${number(n)} 个视频`),
    noVideo: '没有找到视频',
    anotherFilm: '指向另一个视频',
    notAll: '包含的任务或视频多于一次能读取的数量；前面的已保存',
    sameAgain: (nth) => `同样的内容，第 ${nth} 次`,
    moreOfIt: (n) => (n === 1 ? '又来一次' : `又来 ${number(n)} 次`),
    moreTasks: (n) => `以及另外 ${number(n)} 个任务`,
    stillProcessing: '仍在处理',
    stateUnknown: '状态未知',
    failed: (message) => (message === null ? '失败' : `失败：${message}`),
    challenge: '地址验证，已响应',
    ping: '测试 ping，无卡片',
    refusedWhileWaiting: (id, n, status, reason) =>
      `时间到：指向“${id}”的回调被拒绝，状态 ${status}：${reason}“video-inbox requests show ${n}”可查看。`,
  },
  secrets: {
    usage: '请说明要做什么：“secret set NAME”（值来自标准输入）、“secret list”或“secret remove NAME”。',
    unknown: (word, names) => `没有名为“${word}”的密钥。可用的名称：${names}。`,
    ask: (name) => `粘贴 ${name} 的值并按回车；不会显示。同时用两个时以逗号分隔。`,
    nothingGiven: (name) => `标准输入没有内容，${name} 保持不变。`,
    noKey: (name) =>
      `这不是密钥：其中有密钥不会有的空格、换行或字符，因此 ${name} 保持原样。请只复制密钥本身，前面不要带“Bearer”。`,
    stored: (name) => `${name} 已保存并生效。`,
    storedForLater: (name) => `${name} 已保存；收件箱启动时使用。`,
    removed: (name) => `${name} 已移除。`,
    notSet: (name) => `${name} 未曾保存，因此没有移除任何内容。`,
    environmentWins: (name, variable) => `注意：当前环境设置了 ${variable}，从这里启动的收件箱会从中读取 ${name}。`,
    places: { environment: '来自环境变量', stored: '已保存', none: '未设置' },
    onlyTheFile: '注意：没有收件箱在运行，因此桌面应用存在系统钥匙串里的内容不在这个列表中。',
  },
  shared: {
    noIntake: '这台机器不接收回调：它启动时没有“intake”角色。请在有该角色的机器上复制回调网址。',
    notAnAddress:
      'VIDEO_INBOX_DATABASE_URL 必须是一个 PostgreSQL 数据库的地址，例如 postgresql://user:password@host/name。密码中的 @ : / ? # % 等符号要写成 %40 %3A %2F %3F %23 %25。',
    badSslMode: (word) =>
      `VIDEO_INBOX_DATABASE_URL 中的 sslmode 必须是 disable、require 或 verify-full，而不是“${word}”。`,
    tooOld: '共享数据库的版本低于 PostgreSQL 14。请更新服务器，然后重试。',
    newerSchema: (found, known) =>
      `共享数据库由更新的 Video Inbox 建立（表的版本是 ${String(found)}，这里只认识 ${String(known)}）。没有任何改动。请更新这台机器，然后重试。`,
    cannotOpen: (reason) =>
      `共享数据库无法使用：${reason}。没有丢失任何内容。请检查 VIDEO_INBOX_DATABASE_URL 和服务器，然后重试。`,
    notNow: (reason) => `共享数据库暂时无法使用：${reason}。没有丢失任何内容。请在恢复后重试。`,
    otherPlace: (names) =>
      `并非所有机器都把视频存在同一位置：${names} 与本机不同，因此一台下载的视频在另一台上打不开。请在每台机器上把 VIDEO_INBOX_STORE_URL 设为相同的存储桶和文件夹，然后重新启动它们。`,
    away: '它没有响应',
    noHost: '没有人知道这个名称的主机',
    password: '它拒绝这个用户或密码（新密码在下次启动时从 VIDEO_INBOX_DATABASE_URL 读取）',
    noDatabase: '它没有这个名称的数据库',
    notAllowed: '这个用户没有所需的权限：它必须能在数据库中创建，或拥有架构 video_inbox 中的全部内容',
    door: '它不允许这个用户从这里登录，或只允许通过 TLS 登录（pg_hba.conf）；在地址中加 sslmode=verify-full 即使用 TLS',
    otherHost: '它的证书属于另一个主机名；地址中的主机名必须与证书一致',
    noFile: (file) => `无法读取地址中指定的文件 ${file}`,
    pooled: '事务模式的连接池（例如 PgBouncer）会在其间把连接交给别人；地址必须直接指向服务器，或指向会话模式的连接池',
    encoding: (encoding) =>
      `它以 ${encoding} 存储文字，无法容纳回调带来的全部内容；必须用 ENCODING 'UTF8' TEMPLATE template0 创建`,
    certificate: (code) =>
      `这里不信任它的证书，或它不支持 TLS（${code}）；可在地址中用 sslrootcert=文件 指定信任的证书`,
    readOnly: '它只可读取，不接受新内容，例如尚未提升为主库的备库（或 default_transaction_read_only）',
    full: '它的磁盘已满',
    tooMany: '它的连接已全部占用（max_connections，或这个用户或数据库的上限）',
    refused: (code) => `它拒绝所请求的内容（${code}）`,
    notWithTwin: '另一个收件箱的副本（--twin）不能同时共享数据库。请去掉 --twin 或 VIDEO_INBOX_DATABASE_URL 后启动。',
    needsDatabase: (flag) => `--${flag} 用于共享数据库的多台机器：请同时设置 VIDEO_INBOX_DATABASE_URL，或去掉它。`,
    badRole: (word) => `--role 必须是以逗号分隔的 intake、download、ask 和 gallery，而不是“${word}”。`,
    badAnswer: (word) => `--answer 必须是“local”“shared”或“both”，而不是“${word}”。`,
    badLease: (given, most) => `VIDEO_INBOX_LEASE_SECONDS 必须是 1 到 ${most} 的秒数，而不是“${given}”。`,
    badNode: (word) => `--node 必须是由字母、数字、点和连字符组成的名称，最多 40 个字符，而不是“${word}”。`,
    nameTaken: (name, seconds) =>
      `已有一台名为“${name}”的机器在共享此数据库。没有任何更改。请给这台机器起一个自己的名字（--node NAME）；如果那台机器已不再使用，请在 ${String(seconds)} 秒后重新启动这台机器。`,
    cannotClaim:
      '目前无法确认这一单是否已经下过，因此这里没有下单，也没有付费：可能另一台机器正在下单，也可能共享数据库没有响应，或滞留了已写入的内容。“video-inbox status”会说明数据库的状态。请稍后重试。',
    machinesRun: (names) =>
      `共享此资料库的机器仍在运行：${names}。没有移动任何内容，因为它们还会把视频存到旧位置。请在每台机器上停止“video-inbox serve”；被强制结束的机器 15 秒后不再计入。然后重新运行此命令。`,
    machinesRunAgain: (names) =>
      `共享此资料库的机器又在运行：${names}。它们在此期间存储的内容可能还在旧位置；没有任何丢失。请在每台机器上停止“video-inbox serve”，然后重新运行此命令，它会移动其余内容。`,
    doctorNeedsInbox:
      '多台机器共享此资料库，因此检查要询问在这里运行的收件箱。没有检查任何内容，也没有丢失任何内容。请用“video-inbox serve”启动它，然后重新运行此命令。',
    state: {
      away: (waiting, reason) =>
        `共享数据库目前无法使用：${reason}。到达这里的内容保存在本机（${number(waiting)} 条等待中），一旦可用就发送；在此之前，本机显示它已知的内容。`,
      late: () =>
        '共享数据库的内容还没有全部到达这台机器：两者之一现在较慢。没有丢失任何内容，其余的会自动到达。如果持续，请查看两者的负载。',
      fenced: (waiting) =>
        `另一个收件箱以本机的身份写入共享数据库，说明数据文件夹被复制过。到达这里的内容只保存在本机（${number(waiting)} 条等待中）。请停止另一个并给它一个空的数据文件夹，然后重新启动这一个：它会发送等待中的内容。`,
      replaced: (waiting) =>
        `共享数据库不是这次启动时的那个：它被恢复过，或被旧副本取代。收件箱重新启动之前，不会从中读取也不会向其发送；到达的内容保存在本机（${number(waiting)} 条等待中）。请在每台机器上退出并重新启动收件箱：届时它会补发数据库缺少的内容。`,
    },
    lateSession: (who, pid) =>
      `${who} 的一个没有结束的事务挡住了所有机器看到共享数据库的新内容。没有丢失任何内容。在数据库中执行以下语句即可结束它：SELECT pg_terminate_backend(${pid})`,
    latePrepared: (database, gid) =>
      `数据库 ${database} 中有一个已准备但无人结束的事务，挡住了所有机器看到共享数据库的新内容。没有丢失任何内容。在该数据库中执行以下语句即可结束它：ROLLBACK PREPARED '${gid}'（或按准备者的意图执行 COMMIT PREPARED）`,
    fencedUnstored:
      '另一个收件箱正以本机的身份写入共享数据库，说明数据文件夹被复制了。这里的回调以 503 应答（--answer），服务方会重新发送。请停止另一个并给它一个空的数据文件夹，然后重新启动这一个。',
    replacedUnstored:
      '共享数据库已不是本次运行开始时的那一个：它被恢复过，或被较旧的副本取代。在收件箱重新启动之前，回调以 503 应答（--answer）。在这里应答过而该副本没有的内容不在任何日志中，只在本次运行仍显示的内容里：请先保存（video-inbox list --json > tasks.json）。然后在每台机器上退出收件箱并重新启动。',
    nobodyFetches:
      '目前没有担任“download”角色的机器在运行，因此不会获取任何视频，链接会失效。请让其中一台以该角色启动（--role）。',
    nobodyTakes:
      '目前没有担任“intake”角色的机器在运行，因此不会接收任何回调，服务方过一段时间就会放弃。请让其中一台以该角色启动（--role）。',
    nobodyAsks:
      '目前没有担任“ask”角色的机器在运行，因此不会询问任何服务方，也不会通知 webhook。回调仍会接收。请让其中一台以该角色启动（--role）。',
    nobodyTells: (names) =>
      `目前没有通知任何 webhook 或命令：只有 ${names} 设置了它，却不担任负责通知的“ask”角色。视频仍会下载。请在担任该角色的机器上设置 webhook（设置），或让那台机器以该角色启动（--role）。`,
    apart:
      '本机曾与其他机器共享资料库，这次启动时没有 VIDEO_INBOX_DATABASE_URL，因此只显示它自己收到的内容。到达的内容存储在这里，等本机带着该地址重新启动后再发送给其他机器。如果要单独使用，请从数据文件夹中删除 shared.json。',
    awayUnstored: (reason) =>
      `共享数据库目前无法使用：${reason}。在此期间回调以 503 应答（--answer），服务方会重新发送；本机显示它已知的内容。`,
    noRoomOn: (names) => `${names} 的磁盘已没有空间存放视频：由其他机器下载。请在那里腾出空间。`,
    noRoomAnywhere: (names) =>
      `下载视频的机器磁盘都没有空间了（${names}），新视频只能等待，链接会失效。请在其中一台上腾出空间；下载会自动继续。`,
    refusedForRoomOn: (names) =>
      `${names} 的磁盘已满，发到那里的回调会被拒绝；服务方会在一段时间内重试。请在那里腾出空间，之后自动继续。`,
    olderBuildOn: (names) =>
      `${names} 上运行的版本比其他机器旧：它按旧规则读取部分回调，因此那里显示的任务可能不同。没有任何丢失。请更新并重新启动它，它的资料库会自动更新。`,
    onlyOn: (names) =>
      `有些视频只在一台机器的磁盘上，会在该机器运行时自动移到 S3 存储：${names}。移到之前，其他机器打不开它们。没有任何丢失，也无需重新获取。`,
    onlyOnAway: (names) =>
      `有些视频只在一台没有运行的机器的磁盘上：${names}。其他机器打不开它们。请用原来的 VIDEO_INBOX_DATABASE_URL 和 VIDEO_INBOX_STORE_URL 启动它，视频会自动移到存储。如果那块磁盘已彻底丢失，在链接有效期内可用“重试”重新获取，并可在“运行位置”中把它从列表移除。`,
    leaseLost: '另一台机器已接手这项工作，因此这里的结果不算数。',
  },
  sources: {
    notThere: (source) => `“${source}”既不是 http(s) 地址，也不是这台电脑上的文件。`,
    notMedia: (source, found) =>
      `“${source}”不是视频、图片或声音${found === null ? '' : `（从开头字节看：${found}）`}，因此没有发送，也没有下单。请选择用来制作视频的文件。`,
    takesNoFiles: (provider, source) =>
      `${provider} 不接受文件，只接受地址：请把“${source}”放到服务商能获取的地方，并给出它的 https 地址。`,
    tooLarge: '这个文件超过 2 GiB；没有服务商会接受。',
    tooMuch:
      '最近一小时为下单带来的文件已占满预留空间，因此没有接受这个文件。请先用那些文件下单，或把文件路径交给“video-inbox submit”。',
    diskFull: '磁盘剩余空间放不下这个文件，因此没有接受。你的视频不受影响。请腾出空间，再选择一次文件。',
  },
  storage: {
    'journal-cut': ({ folder }) =>
      `收件箱运行时，另一个程序截断或移走了 ${String(folder)} 中的文件。你的视频和新的回调不受影响，资料库仍记得其中的内容：不要删除旁边的 index 文件夹。journal 文件夹的备份可以找回缺少的部分；"video-inbox doctor" 会说明更多。`,
    'downloads-wait': ({ limitBytes }) =>
      `资料库所在磁盘的可用空间不足 ${mebi(limitBytes)}，新视频要等有空间才下载；回调照常保存。请在视频链接失效之前腾出空间；下载会自动继续。`,
    'downloads-elsewhere': ({ limitBytes }) =>
      `资料库所在磁盘的可用空间不足 ${mebi(limitBytes)}，因此本机不下载视频，由其他机器下载。回调照常保存。腾出空间后会自动恢复下载。`,
    'disk-filling': ({ limitBytes }) =>
      `资料库所在的磁盘快满了。较大的视频可能已在等空间；可用空间低于 ${mebi(limitBytes)} 时，所有新视频都要等待。请尽快腾出空间。`,
    'disk-full': () => `磁盘已满，${refusing}。请腾出空间；${goesOn}。`,
    'disk-low': ({ limitBytes }) =>
      `资料库所在磁盘的可用空间不足 ${mebi(limitBytes)}，${refusing}。请腾出空间；${goesOn}。`,
    'folder-missing': ({ folder }) =>
      `资料库文件夹 ${String(folder)} 不见了，${refusing}。请把它放回原处（或接上它的磁盘），收件箱会自动继续。`,
    'folder-moved': ({ folder }) =>
      `收件箱运行时，资料库文件夹 ${String(folder)} 被移动或改名，${refusing}。把它移回去，收件箱会自动继续；或者退出，用新位置启动。`,
    'other-writer': ({ folder }) =>
      `另一个 Video Inbox 打开了 ${String(folder)} 中的资料库，或那里被换成了旧副本。为避免混乱，这一个拒绝回调。请退出其中一个，然后重新启动这一个。`,
    unwritable: ({ folder, reason }) =>
      `磁盘拒绝写入 ${String(folder)}（${String(reason)}），${refusing}。请检查磁盘；一旦能写入，收件箱会自动继续。`,
    'slow-disk': ({ seconds: taken }) =>
      `磁盘保存一个回调用了超过 ${String(taken)} 秒。没有丢失任何内容，但服务商可能不再等待：请看看是什么让磁盘繁忙。`,
    'database-away': () => `共享数据库没有响应，${refusing}。请检查服务器及通往它的线路；${goesOn}。`,
    'database-behind': () =>
      '共享数据库目前无法使用，因此回调以 503 应答，服务商会重试一段时间。到达的内容仍会保存在本机并自动发送：请检查服务器及通往它的线路。',
    'database-full': () => `共享数据库的磁盘已满，${refusing}。请在它的服务器上腾出空间；收件箱会自动继续。`,
    'database-replaced': () =>
      '共享数据库不是这次启动时的那个：它被恢复过，或被旧副本取代。为避免混乱，回调会被拒绝；服务商会重试一段时间。请在每台机器上退出并重新启动收件箱：届时它会补发数据库缺少的内容。',
  },
  storageAnswers: {
    'disk-full': '磁盘已满，没有保存；请腾出空间后重新发送。',
    'disk-low': '磁盘空间太少，没有保存；请腾出空间后重新发送。',
    'folder-missing': '无法访问资料库，没有保存；请重新发送。',
    'folder-moved': '无法访问资料库，没有保存；请重新发送。',
    'other-writer': '另一个 Video Inbox 已接管这个资料库，没有保存；请重新发送。',
    unwritable: '回调无法保存；请重新发送。',
    'slow-disk': '回调无法保存；请重新发送。',
    'database-away': '共享日志没有响应，无法确定是否已保存；请重新发送，只会计一次。',
    'database-behind': '已保存在本机，但尚未进入共享日志；请重新发送，只会计一次。',
    'database-full': '共享日志目前不接受写入，没有保存；请重新发送。',
    'database-refuses': '共享日志目前不接受写入，没有保存；请重新发送。',
    'database-replaced': '共享日志已被另一个取代，没有保存；请重新发送。',
    closing: '收件箱正在关闭；请稍后重新发送。',
    'too-many': '同时到达的回调过多；请稍后重新发送。',
  },
  store: {
    progress: (files, size) => `已有 ${number(files)} 个文件、${bytes(size)}`,
    moved: (files, wereThere) =>
      `已搬运并核对 ${number(files)} 个文件${wereThere === 0 ? '' : `；${number(wereThere)} 个原本就在`}。旧文件已移除。`,
    left: (left) =>
      `因为没有任务提到而留在存储上的文件：${number(left)} 个。它们属于另一个资料库，或属于一台在发送完所收内容之前就停止的机器。请像以前一样启动那台机器，直到 "video-inbox status" 显示待发送 0，再停止它，然后重新运行此命令。`,
    bytesLeft:
      '它们的数据仍在存储桶中：暂时无法删除，或者同一文件夹中有另一个资料库的视频。请重新运行此命令再试一次，或在没有人需要时清空那里的文件夹。',
    useShelf: '今后启动收件箱时，请把 VIDEO_INBOX_STORE_URL 设为这个地址。',
    useDisk: '今后启动收件箱时，请不要设置 VIDEO_INBOX_STORE_URL。',
  },
  sync: {
    noSuchFile: '资料库里没有 SHA-256 与此相同的已保存视频。',
    noCertificate: (file, reason) =>
      `${file} 中的证书或密钥无法使用：${reason}。请修复，或去掉 --sync-cert 和 --sync-key，放在你自己的代理后面启动。`,
    identityBroken: (file) =>
      `标明本机身份、供其他机器识别的文件（${file}）无法读取。请从备份中恢复。如果没有备份，请移走它并重新启动：对其他机器来说本机就是一台新机器，它的副本需要重新连接。你的视频不受影响。`,
  },
  tunnel: {
    none: '没有设置隧道，因此只有这台电脑上的程序能访问回调 URL。',
    tokenMissing:
      '隧道需要你的 ngrok authtoken。请在设置中粘贴，或运行 "video-inbox tunnel set-token"。在此之前收件箱只在这台电脑上可用。',
    stopped: '隧道已关闭，因此只有本机程序能访问回调 URL。',
    refused: {
      '105': `这不是 ngrok authtoken，${noCallbacks}。请从 ${tokenPage} 复制 authtoken 并粘贴到设置中。`,
      '106': `这个 authtoken 属于 ngrok 的第一版，已不能使用，${noCallbacks}。请从 ${tokenPage} 复制当前的并粘贴到设置中。`,
      '107': `ngrok 不再接受这个 authtoken：它被重置或吊销，或其账号失去权限。在你从 ${tokenPage} 复制新的并粘贴到设置之前，${noCallbacks}。`,
      '108': `你的 ngrok 账号在线的代理数已达套餐上限（免费套餐为三个）。在你停止另一台机器上的 ngrok，或在 dashboard.ngrok.com/agents 结束残留会话之前，${noCallbacks}；${keepsTrying}`,
      '120': `ngrok 不再支持这个版本的代理程序，${noCallbacks}。请更新 Video Inbox。`,
      '320': `设置里的域名属于另一个 ngrok 账号，${noCallbacks}。请选择 ${domainPage} 中列出的域名。`,
      '324': `ngrok 拒绝在这个会话里再开端点，${noCallbacks}。请在 dashboard.ngrok.com/endpoints 停止其他端点后再检查。`,
      '326': `ngrok 不认识设置里的域名，${noCallbacks}。请选择 ${domainPage} 中列出的域名。`,
      '334': `你的公网地址已在别处上线，回调会到那里而不是这里。请停止另一个 Video Inbox 或 ngrok，或在设置中换一个域名；${keepsTrying}`,
      '702': 'ngrok 表示短时间内请求过多，部分回调被拒绝。Video Inbox 会在一分钟后重试。',
      '727': `你的 ngrok 套餐本月请求数已用完，${noCallbacks}。请在 dashboard.ngrok.com/billing 升级套餐，或等到下个月；大多数结果仍可手动获取。`,
      '734': `ngrok 表示短时间内连接过多，${noCallbacks}。Video Inbox 会在一分钟后重试。`,
      '1214': `ngrok 表示你的账号短时间内操作过多，${noCallbacks}。Video Inbox 会在一分钟后重试。`,
      '4018': `ngrok 要求使用已验证邮箱的账号的 authtoken，${noCallbacks}。请验证账号，然后从 ${tokenPage} 复制 authtoken 并粘贴到设置中。`,
      '4027': `你的 ngrok 套餐本月流量已用完，${noCallbacks}。请在 dashboard.ngrok.com/billing 升级套餐，或等到下个月；大多数结果仍可手动获取。`,
      '9040': `你的 ngrok 账号不允许从这个网络连接，${noCallbacks}。请在 dashboard.ngrok.com/ip-policies 允许这个 IP 地址，或换一个网络。`,
    },
    refusedOther: (code) =>
      `ngrok 以 ERR_NGROK_${code} 拒绝了连接，${noCallbacks}。见 ngrok.com/docs/errors/err_ngrok_${code}；${keepsTrying}`,
    trouble: {
      'no-module':
        '缺少这个系统所需的 ngrok 组件，因此没有公网地址；来自本机的回调仍然可用。请重新安装 Video Inbox，或配合你自己的代理使用 --public-url。',
      unreachable: `无法连接 ngrok，${noCallbacks}。请检查网络连接，以及防火墙是否拦截了 connect.ngrok-agent.com 的 443 端口；${keepsTrying}`,
      tls: `无法与 ngrok 建立安全连接，${noCallbacks}。代理、防火墙或杀毒软件可能在读取加密流量：请放行 connect.ngrok-agent.com；${keepsTrying}`,
      hung: `ngrok 没有响应，${noCallbacks}。请检查网络连接，或查看 status.ngrok.com；${keepsTrying}`,
      lost: `与 ngrok 的连接断开，${noCallbacks}。Video Inbox 正在重新连接。`,
      frozen: `连接看起来正常，但 ngrok 停止了响应，${noCallbacks}。Video Inbox 正在重新连接。`,
      died: `维持 ngrok 连接的进程意外结束，${noCallbacks}。Video Inbox 会重新启动它；如果反复出现，详情见日志文件。`,
      unknown: `与 ngrok 的连接因未知原因失败，${noCallbacks}。详情见日志文件；${keepsTrying}`,
    },
    probe: {
      timeout:
        '发往你公网地址的测试请求没有及时得到响应，回调可能丢失。Video Inbox 会自动重试；如果持续如此，请查看 status.ngrok.com。',
      unreachable: '从本机无法访问你的公网地址，回调可能丢失。请检查网络连接，以及防火墙或 DNS 过滤是否拦截了该地址。',
      certificate: '无法验证你公网地址的证书，因此不知道回调能否到达。本机的代理或杀毒软件可能在读取加密流量。',
      'offline-endpoint': 'ngrok 表示你的公网地址背后没有上线，回调正在丢失。Video Inbox 正在重新连接。',
      upstream: '你的公网地址可用，但背后的 Video Inbox 回调监听没有响应，回调正在丢失。请重新启动 Video Inbox。',
      limit: '套餐达到上限，ngrok 拒绝了发往你公网地址的请求，回调正在丢失。见 dashboard.ngrok.com/usage。',
      elsewhere: '在你的公网地址响应的是别的东西，回调到不了 Video Inbox。请检查地址、代理或域名是否指向这台机器。',
      waiting: '短时间内多次重建了与 ngrok 的连接；为节省套餐的请求数，几分钟后才会再次测试。在此之前回调可能丢失。',
    },
    probeOwnProxy:
      '发往你公开 URL 的测试请求没有回到 Video Inbox，回调可能丢失。请检查代理是否在运行，并把 /c/ 转到回调端口。有些路由器不让机器访问自己的公网地址；那样即使回调能到达，这个测试也会失败。',
    urlChanged: ({ from, to, since }) =>
      `你的公网地址在 ${since} 从 ${from} 变为 ${to}：在那之前开始的任务仍会呼叫旧地址，请手动获取它们的结果，今后使用新的 URL。`,
    fixDomain: `在设置中填入你账号自己的域名（在 ${domainPage} 免费获得），回调 URL 就永远不变。`,
    authtoken: {
      empty: `请粘贴你的 ngrok authtoken：它在 ${tokenPage}。`,
      spaces: `authtoken 是一个不含空格的词。请从 ${tokenPage} 重新复制。`,
      characters: `authtoken 只含字母、数字和下划线。请从 ${tokenPage} 重新复制。`,
      tooShort: `作为 authtoken 太短了。请从 ${tokenPage} 重新复制。`,
      tooLong: `作为 authtoken 太长了。请从 ${tokenPage} 重新复制。`,
      otherKind: `这是某个密钥或凭据的名称，不是 authtoken 本身。请从 ${tokenPage} 复制 authtoken。`,
      otherService: `这是另一个服务的密钥。请从 ${tokenPage} 复制 ngrok authtoken。`,
      v1: `这看起来是 ngrok 第一版的 authtoken，已不能使用。请从 ${tokenPage} 复制当前的。`,
      link: '这是链接，不是 authtoken。请打开它，复制 authtoken 再粘贴。',
    },
    domain: {
      notADomain: `这不是域名。请从 ${domainPage} 复制；它形如 your-name.ngrok-free.dev。`,
      wildcard: '这里不能用通配符。请选择一个完整的域名。',
    },
  },
  twin: {
    noToken:
      '另一处的收件箱需要令牌。请在那里用“video-inbox api-key new --scope twin”生成，并在这里设置：“video-inbox secret set TWIN_TOKEN”或 VIDEO_INBOX_SECRET_TWIN_TOKEN。',
    ownLibrary: '这个资料库有自己的视频，而 --twin 用来复制另一个。请换一个 --data-dir 启动；没有任何改动。',
    ownVideos:
      '这个资料库有自己的视频，副本会占据它们的位置。请用空的资料库（另一个数据文件夹）启动，再连接它；没有任何改动。',
    noAddress: '另一个收件箱的地址以 https:// 或 http:// 开头，如其“--sync-port”所示。',
    byFlag:
      '这是哪个收件箱的副本，已在启动时由 --twin、VIDEO_INBOX_DATABASE_URL 或环境变量指定。请在那里修改；没有任何改动。',
    otherTwin: '在这个地址响应的收件箱，不是这个资料库所复制的那个。没有从它取用任何内容。',
    refused:
      '另一处的收件箱不接受令牌。请在那里用“video-inbox api-key new --scope twin”重新生成，并在这里设置：“video-inbox secret set TWIN_TOKEN”或 VIDEO_INBOX_SECRET_TWIN_TOKEN。',
    away: '目前无法连接另一处的收件箱。它会继续接收回调；一旦能连接，它的内容就会到来。',
    certificate: (code) =>
      `这台机器不信任另一处收件箱的证书（${code}），因此没有向它请求任何内容。在本收件箱的环境中用 NODE_EXTRA_CA_CERTS=文件 指定要信任的证书。`,
    catchingUp: (waiting) =>
      `此副本正在同步另一处的收件箱：大约还有 ${number(waiting)} 项更改未到。已经在这里的内容可以照常使用。`,
    onlyHere: (count, names) =>
      `另一处的收件箱回到了较早的状态，例如从备份恢复。现在只在这里的任务：${number(count)} 个（${names}）。它们留在这里，已经取到这里的视频也在。要让那里也重新拥有：在这里运行 "video-inbox export TASK_ID --to DIR --metadata"，在那里运行 "video-inbox import DIR"。`,
    notTaken: (count, names) =>
      `另一处的收件箱没有接受这个副本的改动：它可能是较旧的版本。这些改动只留在这里，视频没有受影响。任务：${number(count)} 个（${names}）。请更新那里的收件箱，然后在这里重新改一次，或者直接在那里改。`,
    noTunnelThere:
      '另一处的收件箱没有公网地址，因此只有它所在电脑上的程序能访问它的回调 URL。请在那里让它可从外部访问。',
    newerThere:
      '另一处的收件箱是较新的版本：这个副本读不懂它的一些改动，先略过这些，其余的照常取用。请更新这个副本，届时会补上它们。视频没有受影响。',
    notSync: (status) =>
      `在另一处收件箱的地址上响应的，不是它供副本使用的端口（HTTP ${String(status)}）：可能是它的另一个端口、网络的登录页面，或通往别处的代理。没有从那里取用任何内容，这里已有的都在。正确的地址是那里“serve --sync-port”显示的地址。`,
    troubled: (status) =>
      `另一处的收件箱，或它前面的代理，回答说目前不行（HTTP ${String(status)}）。这里已有的都在，标记在这里等待；这个副本会继续尝试。如果一直这样，请在那里用“video-inbox status”查看：这段时间回调可能没有被接收。`,
    leadsElsewhere: (origin) =>
      `另一处收件箱的地址转向 ${origin}，而令牌只会发给填写的那个地址。这里已有的都在。如果那就是你的收件箱，请用它的地址重新连接。`,
    expired:
      '另一处收件箱的证书已过期，或者这台机器的时钟不对，因此没有向它请求任何内容。这里已有的都在。请在那里更新证书：那个收件箱一分钟内就会使用它，前面的代理则要重新加载。',
    otherName:
      '另一处收件箱的证书属于另一个名称，与地址不符，因此没有向它请求任何内容。这里已有的都在。请用证书里的名称重新连接，或为这个名称制作证书。',
    noTls:
      '另一处收件箱的地址上没有正常的 TLS，因此没有向它请求任何内容。这里已有的都在。如果那个收件箱没有证书，它的地址以 http:// 开头，启动时会显示。',
    needsTls:
      '另一处收件箱的地址只使用 TLS，而所给地址以 http:// 开头，因此没有取到任何内容。这里已有的都在。请用 https:// 给出同一地址。',
    proxy: (host, errno) =>
      `无法连接另一处收件箱：代理 ${host} 不放行（${errno}）。这里已有的都在。请检查本机或 Video Inbox 设置里的代理，或把那个收件箱的主机写入 NO_PROXY。`,
    itself:
      '这个地址上的收件箱就是本收件箱，或是它的副本：这样回调到不了任何一处，也没有取用任何内容。请填写接收回调的那个收件箱的地址，或不要把这里设为副本。',
    cameApart: (count, names) =>
      `在这里不是副本期间到来、只在这里的任务：${number(count)} 个（${names}）。副本不从服务商下载视频：当时没有保存的，在它是副本期间不会下载，链接会失效。请断开连接，直到保存完毕。要让那里也有：在这里运行 "video-inbox export TASK_ID --to DIR --metadata"，在那里运行 "video-inbox import DIR"。`,
    notThere:
      '这件事由另一处的收件箱完成，而那里没有这个任务。没有任何改动，视频留在这里。请先在那里导入它，或断开这个副本后在这里操作。',
    onlyThere: '这件事由另一处的收件箱完成，而目前无法连接它。没有任何改动；请在能连接时重试。',
    diskLow: (limitBytes) =>
      `此副本所在磁盘的可用空间不足 ${mebi(limitBytes)}，因此不再自动取来视频；有人打开的视频仍会取来。不会丢失任何视频：它们在另一处的收件箱里，那里照常接收回调。请腾出空间，或在设置中选择少取一些。`,
    diskFilling: (limitBytes) =>
      `此副本所在的磁盘快满了：可用空间低于 ${mebi(limitBytes)} 时，它不再自动取来视频。请尽快腾出空间，或在设置中选择少取一些。`,
    diskFull:
      '此副本所在的磁盘已满，因此另一处收件箱的新内容在那里等待，这里无法做标记。不会丢失任何视频，那里照常接收回调。腾出空间后，此副本会自动继续。',
    folderAway: (folder) =>
      `此副本无法在 ${folder} 中保存任何内容，因此另一处收件箱的新内容在那里等待，这里无法做标记。不会丢失任何视频，那里照常接收回调。请确认文件夹在原处、它的磁盘可以写入：此副本随后会自动继续。`,
    diskSlow: (taken) =>
      `此副本所在的磁盘保存另一处收件箱的内容或这里的标记用了超过 ${String(taken)} 秒。不会丢失任何视频，那里照常接收回调：请看看是什么让磁盘繁忙。`,
    notHere: '这个收件箱是另一处的副本，这件事由那里完成。请到那里操作；没有任何改动。',
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
      return `缺少 ${field}。`;
    case 'too-long':
      return `${field} 有 ${show('length')} 个字符；最多接受 ${show('max')} 个。`;
    case 'no-choice':
      return `${field} 不能是“${show('value')}”；可以是 ${show('choices')}。`;
    case 'no-number':
      return `${field} 必须是数字。`;
    case 'too-small':
      return `${field} 不得小于 ${show('min')}。`;
    case 'too-large':
      return `${field} 不得大于 ${show('max')}。`;
    case 'too-many':
      return `${field} 最多接受 ${show('max')} 个，而不是 ${show('count')} 个。`;
    case 'no-place':
      return `这个模型不接受${field === 'image' ? '图片' : '视频'}，缺了它会生成另一个视频。请去掉它，或选择接受它的模型。`;
    case 'said-twice':
      return `${field} 给了两个不同的值，只会发送其中一个。请去掉一个。`;
    case 'file-too-large':
      return `${field} 不得超过 ${megabytes(params['maxBytes'], '上限')}；这个文件有 ${megabytes(params['sizeBytes'], '更大')}。请缩小后重试。`;
    case 'video-too-long':
      return `${field} 不得超过 ${show('maxSeconds')} 秒；这个有 ${seconds(params['seconds'], '更长')}。请剪短后重试。`;
    case 'only-beginning':
      return `只使用 ${field} 的前 ${show('usedSeconds')} 秒；这个有 ${seconds(params['seconds'], '更长')}。`;
    case 'unknown-field':
      return `${field} 不是这个模型的字段；会照样发送，服务商可能忽略它。`;
  }
}
