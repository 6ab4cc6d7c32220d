/** Vietnamese. Commands, flags, names of providers, keys and fields stay as they are written. */
import { isOfDisk } from '../download-trouble.ts';
import { providerName, providers } from '../providers/catalog.ts';
import { amounts, ended } from './amounts.ts';
import type { CorePack } from './core-packs.ts';
import { faultIn, isUnreached, type FaultWords } from './en-providers.ts';

const { bytes, kibi, mebi, megabytes, number, seconds } = amounts('vi');

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';
const keepsTrying = 'Video Inbox vẫn tiếp tục thử.';
const noCallbacks = 'callback không tới được';
const refusing = 'callback bị từ chối và không có gì mới được giữ';
const goesOn = 'nhà cung cấp còn thử lại một lúc, và Video Inbox tự chạy tiếp';
const sendAgain = 'hãy gửi lại';

const faults: FaultWords = {
  'no-api': 'Video Inbox không hỏi được nhà cung cấp này; callback của họ vẫn được nhận.',
  'no-key': 'Chưa đặt khóa cho nhà cung cấp này. Hãy đặt, và mọi thứ đang chờ khóa sẽ tự chạy tiếp.',
  'bad-key':
    'Nhà cung cấp không nhận khóa của bạn: khóa sai, đã bị thu hồi hoặc không có quyền. Hãy đặt khóa khác; trong lúc đó không mất gì.',
  'no-credits': 'Bạn đã hết tín dụng. Hãy nạp thêm ở nhà cung cấp rồi thử lại.',
  'key-limit': 'Khóa này đã chạm giới hạn chi tiêu của chính nó. Hãy nâng giới hạn ở nhà cung cấp hoặc đặt khóa khác.',
  'rate-limited': 'Nhà cung cấp báo có quá nhiều yêu cầu. Hãy thử lại sau một phút.',
  'not-found': 'Nhà cung cấp không biết tác vụ này.',
  invalid: 'Nhà cung cấp không nhận những gì đã gửi.',
  moderated: 'Bộ lọc nội dung của nhà cung cấp đã chặn. Hãy đổi prompt hoặc nguồn rồi thử lại.',
  'input-unreachable':
    'Nhà cung cấp không lấy được nguồn. Nguồn phải ở một địa chỉ https công khai; tệp của bạn được tải lên khi bạn cho đường dẫn của nó.',
  account:
    'Tài khoản của bạn ở nhà cung cấp có điều chưa ổn nên họ không nhận gì từ bạn. Hãy xem tài khoản ở đó rồi thử lại.',
  'too-many-running':
    'Số video đang được tạo đã bằng mức tài khoản của bạn cho phép cùng lúc. Hãy chờ một cái xong rồi thử lại.',
  'blocked-place':
    'Tài khoản của bạn ở nhà cung cấp chỉ cho phép một số địa chỉ, và địa chỉ của máy này không nằm trong đó. Hãy thêm vào ở đó rồi thử lại.',
  maintenance: 'Nhà cung cấp đang bảo trì. Hãy thử lại sau.',
  server: 'Có gì đó hỏng ở nhà cung cấp. Hãy thử lại sau.',
  ended: 'Nhà cung cấp đã bỏ tác vụ này.',
  disabled: 'Nhà cung cấp đã tắt tính năng này.',
  timeout: 'Nhà cung cấp không trả lời kịp.',
  network: 'Kết nối tới nhà cung cấp bị đứt hoặc không có.',
  certificate:
    'Máy này không tin chứng chỉ của địa chỉ nhà cung cấp: đồng hồ có thể sai, hoặc proxy hay phần mềm diệt virus đang đọc lưu lượng mã hóa. NODE_EXTRA_CA_CERTS=TỆP trong môi trường của Video Inbox chỉ ra chứng chỉ để tin.',
  proxy:
    'Không tới được proxy, hoặc nó không cho gì đi qua, nên không có gì tới nhà cung cấp. Hãy kiểm tra proxy trong cài đặt của máy này hoặc của Video Inbox.',
  unreadable: 'Nhà cung cấp trả lời theo cách không hiểu được.',
  'no-address': 'Chỉ câu trả lời cho đơn đặt mới cho biết hỏi tác vụ này ở đâu, mà nó được đặt ở nơi khác.',
  interrupted: 'Video Inbox đã bị tắt trước khi nhà cung cấp trả lời.',
  stopped: 'Video Inbox đã bị tắt trước khi gửi đi.',
};
const longPause = (minutes: number): string =>
  `Nhà cung cấp báo có quá nhiều yêu cầu và muốn tạm nghỉ ${minutes < 60 ? `${String(minutes)} phút` : 'một giờ hoặc lâu hơn'}. Hãy đặt lại sau đó.`;
const fault = (code: string, said: string | null, pauseMinutes?: number): string => {
  const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
  return said === null ? ours : `${ours} Họ nói: ${ended(said)}`;
};
const unreached = (provider: string, why: string): string =>
  `Không kết nối được tới ${providerName(provider)} nên chưa đặt và chưa trả tiền gì. ${why} Hãy đặt lại khi đã khắc phục.`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, fault(code, said))
    : `${providerName(provider)} từ chối đơn đặt, và chưa tạo gì. ${fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string => `${why} Đơn với mã này đã kết thúc như vậy; đơn mới cần một mã riêng.`;
const formats = { json: 'một thông báo JSON', xml: 'một thông báo XML', text: 'một đoạn văn bản' } as const;
const ids = 'data.taskId, data.task_id, taskId, task_id, request_id, data.id, id và các tên kết thúc bằng id';

export const pack: CorePack = {
  errors: { broken: 'Có gì đó trong Video Inbox bị hỏng. Video của bạn vẫn an toàn trên đĩa; chi tiết ở tệp nhật ký.' },
  access: {
    notThisServer: 'Địa chỉ này không phải là máy chủ cục bộ.',
    otherSite: 'Yêu cầu từ trang khác bị từ chối.',
    signIn: 'Thư viện này cần khóa của nó. Hãy mở từ ứng dụng, hoặc bằng địa chỉ mà "video-inbox status" in ra.',
    noCookies:
      'Trình duyệt này không giữ cookie nào của địa chỉ này, mà thư viện nhận ra bạn nhờ cookie. Hãy cho phép cookie cho địa chỉ này trong cài đặt của trình duyệt, rồi mở lại thư viện như bạn vừa làm.',
    scriptKey:
      'Khóa này dành cho script: nó không tạo khóa, không đặt bí mật và không biến hộp thư này thành bản sao của hộp thư khác. Chưa có gì thay đổi; hãy làm việc đó trong thư viện hoặc bằng một lệnh của video-inbox.',
    twinKey:
      'Khóa này dành cho các bản sao của hộp thư này (twin) và không mở được gì ở đây. Script cần khóa riêng: “video-inbox api-key new” tạo ra nó.',
    callTooLarge: 'Lệnh gọi quá lớn.',
    noArguments: 'Một lệnh gọi cần phần thân là một danh sách JSON các tham số.',
  },
  callbacks: {
    noUrlAtAll: 'không có URL callback nào',
    labelLength: (most) => `URL callback cần một tên dài từ 1 đến ${number(most)} ký tự.`,
    unknownProvider: (name) => `Không có nhà cung cấp "${name}".`,
    noSuchUrl: 'URL callback đó không còn nữa.',
    filmNotStored: 'Không lưu được video trong callback; hãy gửi lại.',
    noSuchRequest: (n) => `Trong danh sách không còn yêu cầu ${n}.`,
    nothingToReplay: 'Bộ đọc hiện tại cũng không thấy tác vụ nào trong nội dung này nên không có gì thay đổi.',
    forwardTo: (given) => `"${given}" không phải là địa chỉ như http://localhost:3000/hooks/kie.`,
    unknownSample: (id, known) => `Không có callback mẫu cho "${id}". Có: ${known}.`,
    sampleUnreadable: 'không đọc được một callback mẫu',
    testNotArrived:
      'Callback thử không tới được Video Inbox, nên callback thật cũng sẽ không tới. Hãy kiểm tra đường hầm rồi thử lại.',
    testRefused:
      'Callback thử nhận trả lời 404, nên callback thật cũng có thể bị từ chối. Hoặc có thứ khác trả lời ở địa chỉ công khai, hoặc cài đặt của bạn chỉ cho một số địa chỉ giao (callbacks.allowAddresses) và địa chỉ của máy này không nằm trong đó.',
    testAnswered: (status, answer) =>
      `Callback thử nhận trả lời ${status}, nên callback thật cũng có thể bị từ chối: ${answer}`,
  },
  commands: {
    unknownCall: (name) => `Không có lệnh gọi tên "${name}".`,
    callNotUnderstood: (name, where, problem) => `Không hiểu được lệnh gọi "${name}": ${where}: ${problem}.`,
    missing: (what) => `Thiếu ${what}. "video-inbox help" cho biết cách gõ từng lệnh.`,
    filmGone: (file) => `${file} không còn ở đó nữa. "video-inbox doctor" cho biết còn thiếu gì.`,
    programFileMissing: (file) =>
      `Thiếu một tệp của chính Video Inbox (${file}), nên lệnh này không chạy được. Video của bạn vẫn nguyên vẹn. Hãy cài lại Video Inbox; trong bản mã nguồn, hãy chạy "npm run build".`,
    outputLost: (reason) => `Không ghi được kết quả: ${reason}. Hãy ghi vào nơi khác rồi thử lại.`,
    orderOutputLost: (reason) =>
      `Không ghi được kết quả của đơn: ${reason}. Đừng đặt lại trước khi xem: "video-inbox list" cho thấy nếu đã đặt.`,
    madeAllTheSame: (key) => `Dù vậy đơn đã được đặt; đừng đặt lại. "video-inbox wait ${key}" sẽ chờ video của nó.`,
    bodyCut: (n) => `Yêu cầu ${n} chỉ được giữ phần đầu nên không đọc lại hay gửi lại được.`,
    bodyNotKept: (n) => `Nội dung của yêu cầu ${n} không được giữ nên không đọc lại hay gửi lại được.`,
    arguments: 'Các đối số',
    surplus: (argument) => `"${argument}" là đối số thừa.`,
    notBoth: (one, other) => `--${one} và --${other} không đi cùng nhau. Hãy bỏ một trong hai.`,
    flagMustBe: (flag, meaning, given) => `--${flag} phải là ${meaning}, không phải "${given}".`,
    unknownCommand: (name, known, likely) =>
      `Không có lệnh "${name}".${likely === null ? '' : ` Có phải bạn muốn "${likely}"?`} Các lệnh có: ${known}. "video-inbox help" cho biết mỗi lệnh làm gì.`,
    unknownApiKeyCommand: (what) =>
      `${what === '' ? 'Hãy nói cần làm gì với các khóa' : `Không có "api-key ${what}"`}; có: api-key new, list, revoke ID.`,
    unknownScope: (given) => `--scope phải là "local" hoặc "twin", không phải "${given}".`,
    noLibrary: (dataDir) =>
      `Chưa có thư viện ở ${dataDir}. "video-inbox serve" tạo thư viện ở đó; --data-dir chỉ nơi khác.`,
    exportTaken: (file) => `${file} đã có và được giữ nguyên. Hãy chọn một thư mục trống bằng --to.`,
    exportRefused: (folder, reason) =>
      `Không ghi được bản sao vào ${folder}: ${reason}. Hãy chọn thư mục khác bằng --to.`,
    exportInside: (folder) =>
      `${folder} là nơi để tệp của chính thư viện, nên chưa sao chép gì. Hãy dùng --to chọn một thư mục ngoài thư viện.`,
    exportWhere: 'Hãy cho biết bản sao đi đâu: --to DIR.',
    notExported: (id) => `Không có tác vụ "${id}" trong thư viện này nên chưa xuất gì.`,
    unknownState: (known, given) => `--state phải là một trong ${known}, không phải "${given}".`,
    searchTooLong: (most, given) => `Một lần tìm nhận tối đa ${most} ký tự, còn lần này có ${given}. Hãy bỏ bớt từ.`,
    noSuchRequest: (n) => `Không có yêu cầu ${n}; "video-inbox requests" liệt kê chúng.`,
    noRequestNumber: (given) => `"${given}" không phải là số của một yêu cầu; "video-inbox requests" liệt kê chúng.`,
    notInLibrary: (id) => `Không có tác vụ "${id}" trong thư viện này. "video-inbox list" hiện những gì có.`,
    overBudget: (cost, budget, where) =>
      `Việc này thường tốn ${number(cost)} tín dụng, nhiều hơn ${number(budget)} của ${where}, nên chưa đặt gì. Hãy đặt với ${where} lớn hơn, hoặc không kèm ${where}.`,
    costUnknown: (where) =>
      `Ở đây chưa rõ việc này tốn bao nhiêu, nên không gì giữ được ${where}, và chưa đặt gì. Hãy xem giá ở nhà cung cấp rồi đặt không kèm ${where}: có kết quả rồi thì giá được biết.`,
    paramForm: (given) => `--param phải là NAME=JSON, như seed=7, không phải "${given}".`,
    tagWhat: 'Hãy cho biết đổi gì: --add TAG, --remove TAG hoặc cả hai.',
    notTagged: (id) => `Không có tác vụ "${id}" trong thư viện này nên chưa gắn nhãn gì.`,
    unknownTunnelCommand: (what) => `Không có "tunnel ${what}"; có: tunnel set-token.`,
    notHere: (key, n) =>
      `Video ${n} của ${key} đã được lưu nhưng không ở máy này. "video-inbox export ${key} --to DIR" mang nó về đây.`,
    despiteFailure: (place) => `Dù vậy nhà cung cấp vẫn nêu một video, nằm ở đây: ${place}`,
    filmToCome: (key) =>
      `Dù vậy nhà cung cấp vẫn nêu một video và video đó đang được tải về. "video-inbox show ${key}" cho biết kết quả.`,
    draftHere: (place) => `Video mà nhà cung cấp đưa ra trong lúc đang tạo ở đây; có thể đó là bản nháp: ${place}`,
    notKnown: (id) => `Video Inbox này không biết tác vụ "${id}".`,
    linkToNothing: (place) =>
      `${place} là một liên kết, và thứ mà nó trỏ tới không có ở đó nên chưa được nhập. Hãy đưa thứ đó trở lại, hoặc chỉ thẳng tệp video.`,
    noSuchPath: (place) => `Không có tệp hay thư mục ${place} nên chưa nhập gì.`,
    nameNotUtf8: (place) =>
      `Tên của ${place} không được viết bằng UTF-8 nên không mở được, và chưa nhập gì từ đó. Hãy đổi tên rồi nhập lại.`,
    notRead: (place, reason) => `${place}: ${reason}`,
    settingsUsage:
      'Hãy cho biết làm gì: "settings list" hoặc "settings set NAME VALUE" (VALUE "usual": giá trị dùng khi không đặt gì).',
    unknownSetting: (word, known) => `Không có cài đặt tên "${word}". Các tên có: ${known}.`,
    storeUsage:
      'Hãy cho biết tới đâu: video-inbox store move --to s3://bucket/folder?endpoint=…&region=…, hoặc --to disk.',
    noShelf: 'Không có kho nào để mang video về. Hãy đặt VIDEO_INBOX_STORE_URL thành nơi chúng đang ở.',
    otherBytes: (name) =>
      `${name} có nội dung khác nhau ở hai nơi. Tệp vẫn ở chỗ cũ, và không có gì bị xóa khi chưa được so sánh. Hãy thử lại; nếu lặp lại, đĩa hoặc máy chủ giữ video đã hỏng.`,
    credits: 'một số tín dụng',
    wholeNumber: 'một số nguyên ít nhất là 1',
    orderId: '8 đến 100 chữ cái, chữ số, dấu chấm và gạch ngang',
    seconds: 'một số giây',
    noSuchArgument: (name, known) =>
      `Không có đối số "${name}", nên chưa làm gì. Các đối số đã biết: ${known === '' ? 'không có' : known}.`,
    argumentMissing: (name, known) => `Thiếu đối số "${name}", nên chưa làm gì. Các đối số đã biết: ${known}.`,
    argumentsUnnamed: (known) =>
      `Các đối số phải là một đối tượng nêu tên từng đối số, nên chưa làm gì. Các đối số đã biết: ${known === '' ? 'không có' : known}.`,
    noSuchTool: (name, known) => `Không có công cụ "${name}", nên chưa làm gì. Có: ${known}.`,
    promptTooLong: (most, total) =>
      `Một prompt dài tối đa ${number(most)} ký tự, còn prompt này có ${number(total)}. Hãy bớt vài từ; chưa đặt gì.`,
    argumentNotUnderstood: (where, problem) => `${where}: ${problem}.`,
  },
  config: {
    flagUnknown: (flag, known) => `Không có tùy chọn ${flag}. Các tùy chọn có: ${known}.`,
    flagNeedsValue: (flag) => `${flag} cần một giá trị; nếu bắt đầu bằng "-", hãy viết ${flag}=…`,
    flagTakesNoValue: (flag) => `${flag} không nhận giá trị.`,
    dataDirEmpty: '--data-dir phải nêu một thư mục; nó đang trống.',
    port: (flag, given) => `--${flag} phải là số cổng từ 0 đến 65535 (0 = cổng trống bất kỳ), không phải "${given}".`,
    syncCert: '--sync-cert và --sync-key đi cùng nhau: một chứng chỉ và khóa của nó, dạng tệp PEM.',
    syncHost: (given) => `--sync-host phải là một địa chỉ của máy này như 0.0.0.0, không phải "${given}".`,
    syncAlone: (flag) =>
      `--${flag} không có tác dụng khi thiếu --sync-port: không có cổng nào cho bản sao được mở. Thêm --sync-port, hoặc bỏ nó đi.`,
    twinMedia: (given) => `--twin-media phải là "all", "starred" hoặc "opened", không phải "${given}".`,
    twinMaxMib: (given) => `--twin-max-mib phải là một số MiB, không phải "${given}".`,
    cacheMib: (given) => `VIDEO_INBOX_CACHE_MIB phải là số MiB nguyên (0 = không giữ gì ở đây), không phải "${given}".`,
    seconds: (flag, given) => `--${flag} phải là một số giây, không phải "${given}".`,
    tunnel: (given) => `--tunnel phải là "none" hoặc "ngrok", không phải "${given}".`,
    address: (flag, given) => `--${flag} phải là địa chỉ như https://inbox.example.com, không phải "${given}".`,
    host: (flag, given) => `--${flag} phải là host hoặc host:cổng như 192.168.1.5:8080, không phải "${given}".`,
    requireSignature: (known, given) =>
      `--require-signature phải là "none", "all" hoặc các nhà cung cấp cách nhau bằng dấu phẩy (${known}), không phải "${given}".`,
    logLevel: (known, given) => `--log-level phải là một trong ${known}, không phải "${given}".`,
    portTaken: (port, name, isForbidden, flag) =>
      `Cổng ${port} cho ${name} ${isForbidden ? 'không được phép dùng với người dùng này' : 'đang được chương trình khác dùng'}. Hãy dừng chương trình đó hoặc chọn cổng khác bằng --${flag} (0 = cổng trống bất kỳ).`,
    unknownSecret: (name) => `Không có bí mật tên "${name}".`,
    secretOfEnvironment: 'Bí mật này đến từ môi trường; hãy đổi ở đó rồi khởi động lại.',
    senderAddress: (given) =>
      `"${given}" không phải là địa chỉ nên không có gì thay đổi. Hãy dùng địa chỉ như 203.0.113.9 hoặc dải như 203.0.113.0/24.`,
    apiBase: (given) => `--api-base phải là PROVIDER=URL, như kie=https://…, không phải "${given}".`,
    apiBaseUnknown: (name, known) =>
      `Không có nhà cung cấp "${name}" nào có API đặt ở địa chỉ khác được. Các tên đã biết: ${known}.`,
    apiBaseAddress: (source, given) =>
      `${source} phải nêu một địa chỉ như https://api.example.com, không phải "${given}".`,
    unknownApiKey: (id) => `Không có khóa "${id}"; "video-inbox api-key list" liệt kê các khóa.`,
    keysUnreadable: (file) =>
      `Không đọc được tệp chứa khóa của bạn (${file}). Hãy sửa hoặc bỏ nó rồi khởi động lại; video của bạn không bị ảnh hưởng.`,
    caFile: (file) => `Không đọc được tệp CA ${file} (VIDEO_INBOX_NGROK_CA_FILE).`,
    storeKeys:
      'Video ở trên S3 nhưng chưa đặt khóa. Hãy đặt AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY, hoặc ghi chúng vào ~/.aws/credentials (AWS_PROFILE).',
    storeUrlProblems: {
      form: 'Nó phải có dạng s3://bucket/folder?endpoint=https://…&region=…',
      keysInside: 'Nó không được chứa khóa; khóa lấy từ AWS_ACCESS_KEY_ID và AWS_SECRET_ACCESS_KEY.',
      endpoint:
        'Endpoint của nó phải là địa chỉ http hoặc https của một máy chủ, không có gì sau tên máy và cổng: https://s3.example.com:9000',
      fields: 'Sau dấu "?" chỉ có thể có endpoint=…, region=… và pathStyle=1, cách nhau bằng "&".',
      folder:
        'Thư mục của nó không được chứa "..", và ký tự có nghĩa khác trong địa chỉ phải viết: % thành %25, # thành %23, ? thành %3F.',
    },
    storeUrl: (why) => `Không dùng được VIDEO_INBOX_STORE_URL. ${why}`,
    shelf: {
      keys: 'Máy chủ S3 không nhận các khóa này cho bucket này. Hãy kiểm tra AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY và quyền của chúng.',
      bucket: 'Máy chủ S3 không có bucket nào tên này. Hãy kiểm tra VIDEO_INBOX_STORE_URL.',
      region: 'Máy chủ S3 giữ bucket này ở vùng khác. Hãy kiểm tra vùng trong VIDEO_INBOX_STORE_URL.',
      regionIs: (region) =>
        `Máy chủ S3 giữ bucket này ở vùng ${region}. Hãy ghi region=${region} vào VIDEO_INBOX_STORE_URL.`,
      leadsTo: (origin) =>
        `Địa chỉ của máy chủ S3 chuyển tiếp đến ${origin}. Hãy kiểm tra endpoint trong VIDEO_INBOX_STORE_URL; có thể cần https thay cho http.`,
      expired:
        'Khóa của máy chủ S3 đã hết hạn. Hãy ghi khóa mới vào ~/.aws/credentials, nơi chúng được đọc tự động; hoặc đặt AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY và AWS_SESSION_TOKEN rồi khởi động lại Video Inbox.',
      archived:
        'Máy chủ S3 đã chuyển video này vào kho lưu trữ. Nó không mất: hãy khôi phục ở đó ("aws s3api restore-object") và loại thư mục khỏi quy tắc ấy; khi đó lại xem và sao chép được.',
      tooLarge: (status, word) =>
        `Máy chủ S3, hoặc proxy trước nó, không nhận yêu cầu lớn như vậy (${String(status)} ${word}). Hãy để nó nhận 64 MiB một lần (nginx: client_max_body_size 64m): phần đang chờ sẽ tự được gửi.`,
      full: (status, word) =>
        `Máy chủ S3 không còn chỗ (${String(status)} ${word}). Hãy dọn chỗ ở đó hoặc nâng giới hạn.`,
      busy: (status, word) =>
        `Máy chủ S3 đang bận hoặc hỏng (${String(status)} ${word}). Nó được hỏi lại tự động; nếu kéo dài, hãy xem máy chủ.`,
      certificate: (word) =>
        `Máy này không tin chứng chỉ của máy chủ S3 (${word}). Nếu đó là chứng chỉ của bạn, hãy cho NODE_EXTRA_CA_CERTS chỉ tới tệp của nơi cấp rồi khởi động lại Video Inbox.`,
      plain:
        'Máy chủ S3 không dùng https ở địa chỉ này. Hãy kiểm tra endpoint trong VIDEO_INBOX_STORE_URL: http hay https, và cổng.',
      proxy: (host, errno) =>
        `Không tới được máy chủ S3: proxy ${host} không cho gì đi qua (${errno}). Hãy kiểm tra proxy trong cài đặt của máy này hoặc của Video Inbox, hoặc ghi máy chủ S3 vào NO_PROXY.`,
      clock: 'Máy chủ S3 từ chối vì đồng hồ của máy này sai. Hãy chỉnh lại.',
      away: 'Không tới được máy chủ S3 mà VIDEO_INBOX_STORE_URL chỉ ra. Hãy kiểm tra địa chỉ và xem máy chủ có chạy không.',
      other: (status, word) => `Máy chủ S3 từ chối (${String(status)} ${word}).`,
    },
    shelfTrouble: (why) =>
      `${why} Video vẫn được tải về và chờ trên máy này cho đến khi nó nhận; những video ở đó khi ấy lại xem được.`,
  },
  desktopFailures: {
    notOnDisk: 'Video này chưa có trên đĩa. Hãy chờ, hoặc dùng Thử lại trong tác vụ của nó.',
    onShelf: (place) =>
      `Video này không ở trên máy này mà ở kho, là ${place}. Dùng Tải xuống trong tác vụ của nó để có tại đây.`,
    noFile: 'Thiếu tệp của video này. Dùng Thử lại trong tác vụ của nó để tải lại.',
    notOpened: (reason) =>
      `Hệ thống không mở được video: ${reason}. Video vẫn an toàn trên đĩa; hãy thử Hiện trong thư mục.`,
    profileRefused: (profile, temporary) =>
      `Video Inbox không ghi được vào một trong các thư mục của chính nó: ${profile} hoặc ${temporary}. Hãy giải phóng dung lượng hoặc cho phép ghi ở đó rồi khởi động lại. Thư viện của bạn không bị ảnh hưởng.`,
    noClipboard: 'Hệ thống không nhận tệp. Dùng Hiện trong thư mục rồi sao chép từ đó.',
    keysRefused:
      'Hiện không đọc được một khóa đã lưu: keychain của hệ thống từ chối. Khóa được giữ lại và thử lại ở lần khởi động sau; hãy mở keychain, hoặc nhập lại khóa trong cài đặt.',
    forbidden: 'Lệnh gọi này không đến từ cửa sổ Video Inbox nên bị từ chối.',
    malformed: 'Lệnh gọi này sai dạng nên bị từ chối. Không có gì thay đổi.',
  },
  doctor: {
    strayFile: (file) => `${file} không thuộc tác vụ nào. Nó được để yên; hãy chuyển đi nếu bạn không cần.`,
    otherLibrary: (count) =>
      `Một thư viện khác cũng để video trong thư mục S3 này. Số tệp không thuộc tác vụ nào của thư viện này và có thể là của thư viện kia: ${String(count)}. Hãy để yên chúng. Hai thư viện dùng chung một thư mục có thể lấy mất video của nhau khi tác vụ có cùng id, nên hãy cho một trong hai một thư mục riêng.`,
    journalLine: (file, offset, size) =>
      `Không đọc được một dòng của nhật ký sự kiện (${file}, byte ${String(offset)}, ${String(size)} byte). Mọi sự kiện khác còn nguyên; điều dòng đó nói bị mất, trừ khi nhà cung cấp gọi lại.`,
    journalGap:
      'Nhật ký sự kiện thiếu một số sự kiện, như khi mất một tệp của nó hoặc bị thay bằng bản sao cũ hơn. Những gì chỉ mục còn biết về chúng được giữ, nên đừng xóa thư mục index; bản sao lưu của thư mục journal sẽ đem lại tất cả.',
    indexOnly: (n) =>
      `Chỉ mục biết ${number(n)} tác vụ mà nhật ký sự kiện không nói gì. Chúng được giữ, nên đừng xóa thư mục index; bản sao lưu của thư mục journal sẽ đem lại những gì đã mất.`,
    laterVersion: (n, type, version) =>
      `${number(n)} sự kiện loại "${type}" (định dạng ${String(version)}) đến từ phiên bản sau của chương trình này: được giữ và bỏ qua. Phiên bản đó, hoặc mới hơn, đọc được chúng.`,
    eventNotUnderstood: (n, type) =>
      `Sự kiện ${String(n)} ("${type}") làm hỏng chương trình khi tạo tác vụ từ nó, nên tác vụ vẫn như trước. Tệp nhật ký cho biết thêm; sự kiện được giữ, và bản cập nhật có thể đọc lại nó.`,
    indexPage: 'Một trang của chỉ mục bị hỏng. Nó được để riêng và tạo lại từ nhật ký sự kiện; không mất gì.',
    indexUnsaved: (reason) =>
      `Chỉ mục đã được tạo lại nhưng đĩa không nhận (${reason}). Không mất gì: lần khởi động sau sẽ đọc toàn bộ nhật ký sự kiện. Hãy giải phóng dung lượng hoặc kiểm tra đĩa rồi chạy lại lệnh này.`,
    indexDiffers: (n) =>
      `Chỉ mục nói khác nhật ký sự kiện về ${number(n)} tác vụ. Nó đã được tạo lại từ nhật ký sự kiện.`,
    missingVideo: (file) =>
      `${file} không còn trên đĩa. Hãy mở tác vụ và chọn "Thử lại" để lấy lại khi liên kết còn sống.`,
    missingYet: (file, names) =>
      `${file} chưa có trong kho. Có thể nó thuộc số video chỉ nằm trên đĩa của một máy và tự lên kho từ đó: ${names}. Hãy chạy lại lệnh này khi "video-inbox status" không còn nêu máy nào, và đừng tải lại trước lúc đó.`,
    withheldVideo: (file, why) => `Không kiểm tra được ${file}. ${why}`,
    changedVideo: (file) =>
      `${file} không phải là tệp đã lưu: dung lượng hoặc mã băm khác. Nếu bạn không sửa nó, hãy chuyển nó đi rồi lấy lại.`,
  },
  downloads: {
    reasons: {
      gone: ({ host, status }) =>
        status === 404 || status === 410
          ? `${host} báo tệp này không còn ở đó (${status}), nên liên kết rất có thể đã hết hạn. Nếu nhà cung cấp tạo được liên kết mới, hãy thử lại với nó.`
          : `${host} báo liên kết này đã hết hạn (${status}). Nếu nhà cung cấp tạo được liên kết mới, hãy thử lại với nó.`,
      forbidden: ({ host, status }) =>
        status === 403 || status === 406
          ? `${host} không cho lấy tệp này (${status}), kể cả khi hỏi như trình duyệt. Liên kết rất có thể đã hết hạn, hoặc máy chủ từ chối chương trình. Hãy mở liên kết trong trình duyệt hoặc thử lại với liên kết mới.`
          : `${host} không cho lấy tệp này (${status}). Liên kết rất có thể đã hết hạn hoặc cần khóa API. Hãy thử lại với liên kết mới.`,
      'not-there-yet': ({ host, status }) =>
        `Tệp chưa có ở đó: ${host} ${status === null ? 'mới có một phần' : `trả lời ${status}`}. Callback thường nhanh hơn kho lưu phía sau; Video Inbox tự hỏi lại.`,
      'bad-url': () => 'Nhà cung cấp gửi một liên kết không phải địa chỉ web nên không có gì để lấy.',
      'inline-lost': () =>
        'Video nằm ngay trong callback, và dữ liệu của nó không còn trong thư mục dữ liệu. Hãy nhờ nhà cung cấp gửi lại callback hoặc đính kèm tệp.',
      'not-http': ({ scheme }) =>
        `Liên kết dẫn đến một địa chỉ bắt đầu bằng ${scheme}://, mà video chỉ được tải từ liên kết https và http. Hãy xin nhà cung cấp một liên kết https.`,
      'url-with-password': () =>
        'Liên kết mang tên người dùng hoặc mật khẩu, thứ Video Inbox không gửi đi đâu cả. Chưa lấy gì về.',
      'private-address': ({ host }) =>
        `Liên kết dẫn tới ${host}, nằm trong mạng riêng, nên chưa lấy gì về. Nếu đó là máy chủ của bạn, hãy khởi động Video Inbox với --allow-host ${host}.`,
      'private-from-here': ({ host }) =>
        `Từ đây, ${host} dẫn vào một mạng riêng nên chưa lấy gì về. Điều này xảy ra khi mạng đòi đăng nhập trước: hãy đăng nhập bằng trình duyệt. Nếu đó là máy chủ của bạn, hãy khởi động Video Inbox với --allow-host ${host}.`,
      'too-many-redirects': ({ host, limit }) =>
        `${host} chuyển hướng hơn ${limit} lần mà không đưa tệp. Hãy thử lại sau hoặc lấy bằng trình duyệt.`,
      'bad-redirect': ({ host }) => `${host} chuyển hướng tới một địa chỉ không phải địa chỉ web. Hãy thử lại sau.`,
      'too-large': ({ limitBytes }) =>
        `Tệp lớn hơn giới hạn ${bytes(limitBytes)} nên không được lấy về. Hãy tăng “Video lớn nhất” trong phần cài đặt rồi thử lại.`,
      'web-page': ({ host, title }) =>
        `${host} gửi một trang web${title === '' ? '' : ` (“${title}”)`} thay cho video. Liên kết có thể đã hết hạn; hãy mở nó trong trình duyệt để xem trang nói gì.`,
      'text-answer': ({ host, format, excerpt }) =>
        `${host} gửi ${formats[format]} thay cho video${excerpt === '' ? '' : `: ${excerpt}`}. Liên kết có thể đã hết hạn; hãy thử lại với liên kết mới.`,
      playlist: ({ host }) =>
        `${host} đưa một danh sách phát thay cho video: danh sách các mảnh cho trình phát, không phải tệp. Hãy xin nhà cung cấp một mp4 hoặc lấy bằng công cụ ghép các mảnh.`,
      image: () => 'Liên kết đưa một ảnh thay cho video. Hãy mở nó trong trình duyệt để xem.',
      'other-file': ({ what }) => `Liên kết đưa một tệp ${what} thay cho video. Hãy mở nó trong trình duyệt để lấy.`,
      'unknown-file': () =>
        'Thứ liên kết đưa không phải là video mà Video Inbox biết. Hãy mở nó trong trình duyệt để xem.',
      'not-an-image': () => 'Liên kết ảnh xem trước không đưa ảnh nào.',
      empty: ({ host }) => `${host} gửi một tệp trống. Hãy thử lại sau; nhà cung cấp có thể còn đang ghi nó.`,
      'cut-short': () => 'Video kết thúc quá sớm: trên máy chủ thiếu một phần của tệp. Hãy thử lại sau.',
      'no-index': () =>
        'Video không có mục lục (moov) nên không trình phát nào mở được. Nhà cung cấp có thể còn đang ghi nó; hãy thử lại sau.',
      'no-pictures': () => 'Video không có hình. Nhà cung cấp có thể còn đang ghi nó; hãy thử lại sau.',
      'trailing-data': ({ extraBytes }) =>
        `Sau video còn ${bytes(extraBytes)} không thuộc phần nào của nó nên tệp không được giữ. Hãy mở liên kết trong trình duyệt để xem đó là gì.`,
      'wrong-length': ({ host, gotBytes, promisedBytes }) =>
        `${host} hứa ${bytes(promisedBytes)} mà lần nào cũng gửi ${bytes(gotBytes)}, nên video không trọn vẹn. Hãy thử lại sau.`,
      'other-checksum': ({ host }) =>
        `Những gì ${host} gửi có mã kiểm tra khác với mã được báo, nên video có thể bị hỏng và không được tính là đã lưu. Hãy thử lại sau; nếu vẫn vậy, hãy mở liên kết trong trình duyệt và đính kèm tệp nếu tệp phát được.`,
      'ended-early': ({ host, gotBytes, promisedBytes }) =>
        `${host} hứa ${bytes(promisedBytes)} mà gửi ${bytes(gotBytes)}, nên video không trọn vẹn.`,
      'broken-encoding': ({ host }) => `Không giải nén được những gì ${host} gửi. Hãy thử lại sau.`,
      'packed-bomb': ({ host }) =>
        `Những gì ${host} gửi giải nén ra lớn hơn nhiều so với một video nên không được giữ. Hãy mở liên kết trong trình duyệt để xem đó là gì.`,
      'disk-full': ({ neededBytes }) =>
        `Đĩa không đủ chỗ${neededBytes === null ? '' : ` (cần thêm ${bytes(neededBytes)})`}. Phần đã tải được giữ; việc tải tự tiếp tục khi có chỗ.`,
      'disk-error': ({ errno }) =>
        isOfDisk(errno)
          ? `Không ghi được video vào đĩa (${errno}). Phần đã tải được giữ; việc tải tự tiếp tục khi đĩa hoạt động.`
          : `Không lưu được video lên máy chủ S3 (${errno}). Video đã được tải và chờ trên máy này; khi máy chủ nhận, nó tự được lưu lên đó.`,
      'report-failed': () => 'Video đã có trên đĩa nhưng thư viện chưa ghi nhận được. Việc đó tự được thử lại.',
      'no-connection-in-time': ({ host }) => `${host} không nhận kết nối kịp thời.`,
      'no-answer-in-time': ({ host }) => `${host} đã nhận yêu cầu nhưng không trả lời kịp thời.`,
      stalled: ({ host }) => `${host} ngừng gửi giữa tệp.`,
      'too-slow': ({ host }) => `${host} gửi chậm đến mức các video khác phải chờ sau nó.`,
      'took-too-long': ({ host }) => `${host} gửi chậm đến mức việc tải kéo dài quá lâu.`,
      'no-such-host': ({ host }) => `Không tìm thấy địa chỉ ${host}. Hãy kiểm tra kết nối internet.`,
      'untrusted-certificate': ({ host }) => `Chứng chỉ của ${host} không hợp lệ nên kết nối không được tin.`,
      'connection-cut': ({ host }) => `Kết nối tới ${host} bị đứt trước khi tệp trọn vẹn.`,
      'connection-refused': ({ host }) => `${host} hiện không nhận kết nối.`,
      'connection-failed': ({ host, errno }) => `Kết nối tới ${host} thất bại (${errno}).`,
      'proxy-failed': ({ host, errno }) =>
        `Không tới được proxy ${host} (${errno}). Hãy kiểm tra proxy trong cài đặt của máy này hoặc của Video Inbox.`,
      'daily-limit': ({ limitBytes }) =>
        `Các liên kết của URL callback này hôm nay đã mang về ${bytes(limitBytes)}, tức là chạm giới hạn. Việc tải tự tiếp tục vào ngày mai; giới hạn ở trong cài đặt.`,
      'server-error': ({ host, status }) => `${host} đang có sự cố của chính nó (${status}).`,
      'too-many-requests': ({ host }) => `${host} yêu cầu chờ (429).`,
      'unexpected-status': ({ host, status }) => `${host} trả lời một điều không có nghĩa ở đây (${status}).`,
      internal: () =>
        'Có gì đó trong Video Inbox bị hỏng khi lấy video này nên nó đã thôi thử. Tệp nhật ký cho biết thêm; hãy thử lại sau lần cập nhật tới hoặc lấy video bằng trình duyệt.',
    },
    givenUp: (sentence, attempts) =>
      `${sentence} Sau ${number(attempts)} lần thử, Video Inbox đã thôi; phần đã tải được giữ. Hãy kiểm tra kết nối rồi thử lại.`,
    waits: {
      places: 'Đang chờ đến lượt: các video khác đang được tải.',
      host: 'Đang chờ đến lượt: các video khác đang được tải từ cùng máy chủ.',
      held: 'Máy chủ yêu cầu chờ một lát.',
      later: 'Đang chờ lần thử kế tiếp.',
      paused: 'Việc tải đang tạm dừng.',
    },
  },
  host: {
    notAProxy: (text) =>
      `"${text}" không phải là địa chỉ proxy nên không có gì thay đổi. Hãy dùng địa chỉ như http://127.0.0.1:7890.`,
    proxyWithPassword:
      'Cài đặt được giữ dạng văn bản thường nên không nên đặt proxy có mật khẩu ở đó, và không có gì thay đổi. Hãy đặt HTTPS_PROXY trong môi trường của Video Inbox.',
    crashed: (logFile) =>
      `Video Inbox gặp lỗi của chính nó và đã dừng, để không nhận thứ gì có thể bị mất. Mọi callback đã trả lời đều ở trên đĩa; hãy khởi động lại. ${logFile === null ? '' : `Chuyện đã xảy ra ghi trong ${logFile}.`}`.trim(),
    closing: 'Video Inbox đang đóng nên không nhận lệnh gọi nữa. Không có gì thay đổi.',
    closeFailed:
      'Việc đóng chưa trọn vẹn. Mọi callback đã trả lời đều ở trên đĩa; phần còn lại được tạo lại ở lần khởi động sau.',
    incomplete: (file) =>
      `Bản cài Video Inbox này không đầy đủ: thiếu ${file}. Hãy cài lại; video của bạn không bị ảnh hưởng.`,
    settingsRefused: (names) =>
      `settings.json chứa giá trị không đặt được (${names}), nên dùng giá trị thông thường cho phần đó. Phần còn lại vẫn như bạn đã chọn. Hãy chọn lại; khi đó tệp cũ được giữ lại.`,
    settingsUnread: (aside) =>
      `Không đọc được settings.json nên dùng cài đặt thông thường. Video của bạn không bị động tới. Tệp cũ được giữ với tên ${aside}. Hãy đặt lại những gì bạn đã chọn, trước hết là địa chỉ công khai.`,
    urlsLost: (file) =>
      `Không đọc được danh sách URL callback (${file}) và bản sao của nó, nên đã có URL callback mới và callback gửi đến các URL cũ bị từ chối. Hãy đưa URL mới cho nơi gửi callback. Video của bạn không bị động tới; các danh sách cũ được giữ bên cạnh danh sách mới.`,
    settingsUnreadable: (file, code) =>
      `Không đọc được ${file} (${code}), và thiếu cài đặt của bạn thì hộp thư không khởi động; chưa có gì bị thay đổi. Hãy cho người dùng này đọc tệp, hoặc dời tệp đi để bắt đầu với cài đặt thông thường.`,
    settingsNotSaved: (reason) => `Không lưu được cài đặt: ${reason}. Cài đặt cũ vẫn được dùng.`,
    keysBroken: (file) =>
      `Không đọc được tệp chứa khóa của bạn (${file}), nên không khóa nào được dùng, kể cả khóa của đường hầm. Video của bạn không bị động tới. Hãy nhập lại các khóa; khi đó tệp cũ được giữ bên cạnh tệp mới.`,
    secretNotSaved: (reason) => `Không lưu được bí mật: ${reason}. Bí mật cũ vẫn được dùng.`,
    diskRefused: (reason) =>
      `Ổ đĩa của thư viện không nhận: ${reason}. Những gì có trong thư viện vẫn như cũ. Hãy khắc phục rồi thử lại.`,
    dataDirUnusable: (root, reason) =>
      `Không dùng được thư mục dữ liệu ${root}: ${reason}. Không có gì thay đổi. Hãy chọn thư mục khác bằng --data-dir, hoặc sửa thư mục này rồi thử lại.`,
    disk: {
      EACCES: 'người dùng này không được ghi vào đó',
      EPERM: 'người dùng này không được ghi vào đó',
      EROFS: 'đĩa đó chỉ đọc',
      ENOSPC: 'đĩa đó đã đầy',
      EDQUOT: 'phần của bạn trên đĩa đó đã hết',
      EIO: 'đĩa đó báo lỗi',
      ENOENT: 'một phần của đường dẫn đó không tồn tại hoặc không được đặt tên như vậy',
      ENOTDIR: 'một phần của đường dẫn đó là tệp, không phải thư mục',
      EEXIST: 'đã có tệp mang tên đó',
    },
  },
  instance: {
    alreadyRunning: (pid, where) => {
      if (where === 'here') {
        return `Một Video Inbox với pid ${String(pid)} đang dùng thư mục dữ liệu này. Hãy dùng nó ("video-inbox status" cho địa chỉ thư viện của nó), dừng nó trước, hoặc chọn thư mục khác bằng --data-dir.`;
      }
      const place = where === 'container' ? 'trong container khác' : 'trên máy khác';
      return `Một Video Inbox ${place} (pid ${String(pid)} ở đó) đang dùng thư mục dữ liệu này. Hãy dừng nó trước hoặc chọn thư mục khác bằng --data-dir.`;
    },
    commandAtWork: (pid) =>
      `Một lệnh của Video Inbox với pid ${String(pid)}, như "store move" hay "doctor", đang làm việc trên thư mục dữ liệu này. Hãy đợi nó kết thúc rồi thử lại, hoặc chọn thư mục khác bằng --data-dir.`,
    starting: (pid, dataDir) =>
      `Video Inbox với pid ${String(pid)} ở ${dataDir} còn đang khởi động. Hãy thử lại sau giây lát.`,
    noRoomForAddress: (pid, dataDir) =>
      `Video Inbox với pid ${String(pid)} ở ${dataDir} đang chạy, nhưng đĩa của nó đã đầy nên nó chưa ghi được nơi lệnh này tìm thấy nó. Thư viện của bạn vẫn mở ở địa chỉ phòng trưng bày mà nó đã in ra khi khởi động. Hãy giải phóng dung lượng rồi thử lại sau giây lát.`,
    runsElsewhere: (dataDir) =>
      `Video Inbox ở ${dataDir} chạy trong container khác hoặc trên máy khác. Hãy chạy lệnh này ở đó.`,
    notRunning: (dataDir) =>
      `Không có Video Inbox nào chạy ở ${dataDir}. Hãy khởi động bằng "video-inbox serve" hoặc mở ứng dụng rồi thử lại.`,
    orderInDoubt:
      'Video Inbox đã nhận đơn nhưng câu trả lời không về, nên không rõ video đã được đặt hay chưa. Đừng đặt lại trước khi xem: "video-inbox list" cho thấy nếu có, và nhà cung cấp có danh sách của chính họ.',
  },
  journal: {
    reading: 'Đang đọc nhật ký: sự kiện',
    checking: 'Đang kiểm tra video',
    sum: (events, files, size, oldest, newest) =>
      `Nhật ký sự kiện: ${events} trong ${files}, ${size}, từ ${oldest} đến ${newest}`,
    repeats: (repeats) => `${repeats} có nội dung đã đến trước đó`,
  },
  library: {
    notInLibrary: 'Video đó không còn trong thư viện.',
    noStrip: 'Dải ảnh phải là JPEG tối đa 1 MiB, của một video đã lưu.',
    notUndone:
      'Việc này không tự hoàn tác được nữa: từ đó đã có quá nhiều việc khác, hoặc Video Inbox đã khởi động lại. Không có gì thay đổi.',
    changedSince: 'Từ đó việc này đã bị thay đổi ở nơi khác, nên không có gì được hoàn tác.',
    isSaved: 'Video đó đã có trên đĩa nên không có gì thay đổi.',
    linkIsNoAddress: 'Liên kết bắt đầu bằng https:// hoặc http://. Hãy sao chép toàn bộ địa chỉ video rồi dán lại.',
    noSuchFile: (file) =>
      `Không có tệp ${file} nào đọc được. Hãy chọn lại video; tệp trên máy khác phải được sao chép sang máy này trước.`,
    taskIdNeeded: 'Cần có mã tác vụ.',
    notWatched: (id) => `Không biết tác vụ "${id}". Hãy theo dõi nó trước: video-inbox watch PROVIDER TASK_ID.`,
    posterForm: 'Ảnh bìa phải là JPEG hoặc PNG tối đa 2 MiB.',
    nothingToExport: 'Chưa mục nào có video trên đĩa nên không có gì để xuất. Hãy chờ đến khi có video được lưu.',
    unknownExportWord: (word, known) =>
      `{${word}} không thay cho gì trong tên, nên chưa xuất gì cả. Các từ được biết: ${known}.`,
    tooManyToExport: (most) =>
      `Một lần xuất chứa tối đa ${number(most)} video. Hãy chọn ít hơn và xuất thành nhiều phần.`,
    notBackYet:
      'Chưa biết mục này đã trở lại hay chưa: có thể máy khác đã dọn sạch thùng rác trước đó. Yêu cầu của bạn đã được lưu và đang được gửi đi. Hãy xem lại sau giây lát.',
    nothingToRetry: 'Mọi video của tác vụ này đã có trên đĩa hoặc đang đến.',
    onlyElsewhere: (names) =>
      `Video này có thể nằm trên đĩa của một máy khác đang tự đưa nó lên kho: ${names}. Vì vậy nó không được tải lại; "video-inbox status" cho biết còn bao nhiêu video. Lát nữa hãy xem lại.`,
    notMoved: 'Không chuyển được thư viện: đĩa không nhận một tệp. Thư viện vẫn ở chỗ cũ và không mất gì.',
    copyDiffers: (file) => `Bản sao của ${file} khác bản gốc nên chưa chuyển gì. Hãy kiểm tra đĩa mới.`,
    moveOutside: 'Thư mục mới phải ở ngoài thư viện, và thư viện ở ngoài thư mục mới.',
    moveUnreadable: (folder) => `Không đọc được ${folder} nên chưa chuyển gì. Hãy chọn thư mục khác.`,
    moveNotEmpty: (folder) => `${folder} không trống. Hãy chọn thư mục trống để không có gì ở đó bị ghi đè.`,
    moveNoRoom: 'Đĩa đó không đủ chỗ cho thư viện. Chưa có gì được chuyển.',
    movedInCircles: (root, file) =>
      `Các ghi chép về nơi thư viện ${root} được chuyển tới chạy vòng tròn. Hãy xóa ${file} khỏi thư mục chứa video của bạn.`,
    anotherFilm: 'Đó là một video khác: dữ liệu không giống bản đã lưu. Không có gì thay đổi.',
    notAWholeFilm:
      'Video này không nguyên vẹn: tệp thiếu một phần, hoặc có phần không thuộc về nó, nên không được nhận. Không có gì thay đổi; hãy chép lại từ nơi gốc hoặc chọn tệp khác.',
    noRoomForFilm:
      'Đĩa của thư viện không đủ chỗ cho video này nên nó không được nhận. Không có gì thay đổi; hãy giải phóng dung lượng rồi chọn lại.',
    filmNotWritten: (errno) =>
      `Đĩa của thư viện không ghi được video này (${errno}). Không có gì thay đổi; hãy kiểm tra đĩa rồi chọn lại.`,
    notAFilm:
      'Tệp này không phải video (mp4, mov, webm và tương tự) nên không được nhận. Không có gì thay đổi; hãy chọn tệp khác.',
    movedAway: (to, file) =>
      `Thư viện đã được chuyển tới ${to} nhưng hiện không có ở đó: có lẽ ổ đĩa đó chưa được kết nối. Không có gì thay đổi. Hãy kết nối rồi khởi động lại; nếu thư viện nằm ở nơi khác, hãy chỉ thư mục đó bằng --data-dir; để bắt đầu một thư viện trống, hãy xóa ${file}.`,
    movedNowhere: (file) =>
      `Thư viện đã được chuyển nhưng ${file} không nói tới đâu. Hãy khởi động với --data-dir và thư mục chứa video của bạn.`,
  },
  limits: {
    title: 'Giới hạn',
    intro:
      'Những gì được phép đến và được phép tải về. Giá trị thường dùng hợp với hầu hết mọi người; yêu cầu bị một giới hạn từ chối sẽ nằm trong Yêu cầu cùng tên giới hạn đó.',
    names: {
      'callbacks.bodyLimitMiB': 'Callback lớn nhất',
      'callbacks.filmBodyLimitMiB': 'Callback lớn nhất có video bên trong',
      'callbacks.signatureWindowSeconds': 'Chữ ký cũ nhất',
      'callbacks.tasksPerDay': 'Tác vụ mới mỗi ngày, cho mỗi URL callback',
      'callbacks.keptMiBPerDay': 'Nội dung được giữ mỗi ngày, cho mỗi URL callback',
      'callbacks.minFreeMiB': 'Dung lượng mà dưới đó không nhận callback',
      'downloads.maxVideoMiB': 'Video lớn nhất',
      'downloads.mibPerDay': 'Tải xuống không có chữ ký mỗi ngày, cho mỗi URL callback',
      'downloads.minFreeMiB': 'Dung lượng mà tải xuống để trống',
    },
    hints: {
      'callbacks.bodyLimitMiB': 'Cái lớn hơn nhận trả lời 413. Replicate kèm nhật ký có gửi những cái như vậy.',
      'callbacks.filmBodyLimitMiB': 'Một số dịch vụ gửi video ngay trong callback.',
      'callbacks.signatureWindowSeconds':
        'Thời gian của chữ ký được lệch bao nhiêu so với thời gian ở đây. Hãy tăng lên nếu đồng hồ của máy này sai.',
      'callbacks.tasksPerDay': 'Cho callback qua internet mà không ai ký; phần vượt quá nhận trả lời 429.',
      'callbacks.keptMiBPerDay': 'Cho callback qua internet mà không ai ký; phần vượt quá nhận trả lời 429.',
      'callbacks.minFreeMiB':
        'Dưới mức này callback nhận trả lời 503 để nhà cung cấp thử lại. Để trống: 64 MiB, hoặc 5 % của đĩa nhỏ.',
      'downloads.maxVideoMiB': 'Cái lớn hơn không được tải về, và điều đó được nói rõ.',
      'downloads.mibPerDay': 'Các liên kết không ai ký hay xác nhận, để người lạ không thể lấp đầy đĩa bằng chúng.',
      'downloads.minFreeMiB': 'Dưới mức này việc tải xuống sẽ chờ. Để trống: 2 GiB, hoặc 10 % của đĩa nhỏ.',
    },
    units: { MiB: 'MiB', seconds: 'giây', tasks: 'tác vụ' },
    usual: (value, unit) => `Thường là ${value} ${unit}.`,
    usualEmpty: 'Thường để trống.',
    empty: 'trống',
    wrong: (text, least, most) => `“${text}” không phải là số từ ${least} đến ${most}.`,
    wrongWhole: (text, least, most) => `“${text}” không phải là số nguyên từ ${least} đến ${most}.`,
  },
  notices: {
    savedTitle: (provider) => `Đã lưu video từ ${provider}`,
    savedWithoutPrompt: (taskId) => `Tác vụ ${taskId}`,
    failedTitle: (provider) => `${provider} không tạo được video`,
    failedWithoutReason: 'Nhà cung cấp không nêu lý do. Mở tác vụ để xem họ đã gửi gì.',
    downloadFailedTitle: (provider) => `Không lưu được một video từ ${provider}`,
    budgetTitle: 'Ngân sách tháng này đã hết',
    budgetBody: (spent, budget) => `${spent} trên ${budget} credit. Không có gì tự dừng.`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `Một liên kết hết hạn sau ${minutes} phút` : `${n} liên kết sắp hết hạn, đầu tiên sau ${minutes} phút`,
    dyingBody: (title) => `Chưa lưu: ${title}. Mở ra để xem nó đang chờ gì.`,
    tunnelTitle: 'Không tới được URL callback của bạn',
    tunnelBody: 'Trong lúc đó nhà cung cấp không gọi lại được. Mở Video Inbox để xem lý do.',
    storageTitle: 'Thư viện không giữ được gì mới',
    roomTitle: 'Video mới đang chờ chỗ trống trên ổ đĩa',
    digestTitle: 'Thêm từ các nhà cung cấp',
    quietTitle: 'Trong giờ yên tĩnh',
    digestBody: (saved, failed) =>
      [...(saved > 0 ? [`${saved} video đã lưu`] : []), ...(failed > 0 ? [`${failed} sự cố`] : [])].join(', ') + '.',
  },
  providers: {
    fault,
    refused,
    refusedBefore: (provider, code, said) => refusedBefore(refused(provider, code, said)),
    unknownWhetherMade: (provider) =>
      `Không rõ ${providerName(provider)} đã tạo hay chưa: không có câu trả lời rõ ràng. Đơn không tự gửi lại, để không phải trả tiền hai lần; nếu đã được tạo, callback của nó vẫn tìm về đây. Hãy xem danh sách của chính nhà cung cấp trước khi đặt lại.`,
    unknownAndLookedFor: (provider) =>
      `Không rõ ${providerName(provider)} có làm hay không: không có câu trả lời rõ ràng. Video Inbox tìm nó trong danh sách đơn của nhà cung cấp, và lời gọi về của nó cũng tới đây. Đơn không tự gửi lại, để không trả tiền hai lần.`,
    notNoted: (why) =>
      `Không ghi được đơn lên đĩa (${why}) nên chưa gửi và chưa trả tiền. Hãy giải phóng chỗ rồi đặt lại.`,
    uploadFailed: (why) => `Không tải tệp lên được nên chưa đặt gì. ${why}`,
    cannotSubmit: (provider) =>
      `Video Inbox không đặt được ở "${provider}". Nó đặt được ở kie-aleph, kie-luma, kie-runway, kie-veo, kie-market, fal và replicate.`,
    unknownProvider: (given, likely) =>
      `"${given}" không phải là nhà cung cấp mà Video Inbox biết, nên sẽ không bao giờ tìm thấy callback cho nó. ${likely === null ? `Các tên đã biết: ${providers.map(({ id }) => id).join(', ')}; "unknown" dùng cho mọi nơi khác.` : `Có phải bạn muốn nói ${likely}?`}`,
    cannotAsk: (provider) =>
      `Video Inbox không hỏi được "${provider}" về tác vụ của họ; callback của họ vẫn được nhận.`,
    noKey: (provider, secret) =>
      `${providerName(provider)} cần khóa API của bạn, và chưa đặt khóa nào. Hãy đặt trong cài đặt hoặc bằng "video-inbox secret set ${secret}" (hoặc VIDEO_INBOX_SECRET_${secret} trong môi trường).`,
    orderIdOld:
      'Từ lâu đã có một đơn được gửi với mã này, và kết quả của nó không còn được giữ. Bây giờ không gửi gì cả; hãy đặt cho đơn này một mã riêng.',
    orderIdTaken: 'Một đơn khác đã được gửi với mã này. Bây giờ không gửi gì cả; hãy đặt cho đơn này một mã riêng.',
    needsModel: (provider) => `${providerName(provider)} có nhiều mô hình: hãy nêu một cái bằng --model NAME.`,
    asked: (provider, state, message) => {
      const said = message === null ? '' : ` ${ended(message)}`;
      if (state === 'succeeded') return `${providerName(provider)} báo đã xong.`;
      if (state === 'failed') return `${providerName(provider)} báo thất bại.${said}`;
      return `${providerName(provider)} báo vẫn đang tạo.`;
    },
    givenUp: (provider, code) =>
      code === 'gone'
        ? `${providerName(provider)} không còn biết tác vụ này nên không chờ gì nữa. Callback của nó nếu đến vẫn được nhận.`
        : code === 'deadline'
          ? `${providerName(provider)} không xong tác vụ này trong một ngày nên không được hỏi nữa. Callback của nó nếu đến vẫn được nhận.`
          : 'Không ai chờ tác vụ này nữa; callback của nó nếu đến vẫn được nhận.',
    nothingToUpgrade: 'Tác vụ này không có video hoàn chỉnh mang số đó nên không có gì để xin bản lớn hơn.',
    renewing: 'Liên kết này đã hết hạn; đang xin nhà cung cấp một liên kết khác.',
    budgetBlind: (provider, budget) =>
      `Đã dừng: không rõ ${providerName(provider)} tính giá bao nhiêu cho việc này, cũng không rõ số dư của bạn ở đó, nên không gì giữ được giới hạn ${number(budget)} tín dụng. Những gì đã đặt vẫn tiếp tục. Hãy xem giá ở nhà cung cấp rồi đặt phần còn lại không kèm giới hạn.`,
    budget: (spent, budget) =>
      `Đã dừng trước giới hạn: ${number(spent)} trên ${number(budget)} tín dụng đã dùng, hoặc sẽ dùng cho những gì đã đặt. Những gì đã đặt vẫn tiếp tục.`,
    batchBroke:
      'Chưa gửi và không phải trả tiền: đơn trước đó kết thúc theo cách không lường trước, nhật ký ghi lại đầy đủ. Hãy xem đơn đó trước rồi đặt lại những đơn này.',
    ordersInDoubt: (count) =>
      `Có ${number(count)} đơn trong bảy ngày qua không rõ đã được tạo hay chưa: không có câu trả lời rõ ràng. Không gì tự gửi lại, để không phải trả tiền hai lần; cái gì đã tạo vẫn tìm về đây. Hãy xem danh sách của chính nhà cung cấp trước khi đặt lại; thư viện nêu từng đơn cạnh biểu mẫu đặt hàng.`,
    hookLost: (count, why) =>
      `Webhook của bạn không được báo về ${number(count)} mục đã lưu hoặc thất bại, và chúng không được gửi lại. ${why}`,
    commandLost: (count) =>
      `Lệnh trong VIDEO_INBOX_HOOK_COMMAND kết thúc không tốt ${number(count)} lần, nên việc nó phải làm có thể còn thiếu. Hãy tự chạy lệnh để xem vì sao.`,
    hookTest: (code, status) => {
      switch (code) {
        case 'answered':
          return 'Webhook đã tới.';
        case 'no-url':
          return 'Chưa đặt địa chỉ nên không ai nghe được gì. Hãy đặt một địa chỉ rồi thử lại.';
        case 'no-secret':
          return 'Chưa đặt bí mật, và không gì được gửi mà không ký. Hãy đặt bằng "video-inbox secret set HOOK" (whsec_ và base64) rồi thử lại.';
        case 'refused':
          return `Nơi đó trả lời ${String(status)} và không nhận. Hãy xem nhật ký của chương trình nghe ở đó rồi thử lại.`;
        default:
          return 'Không ai trả lời ở địa chỉ đó. Hãy kiểm tra chương trình ở đó có chạy không rồi thử lại.';
      }
    },
    orderProblem,
    orderProblems: (problems) => problems.map(orderProblem).join(' '),
  },
  refusals: {
    empty: () => 'Nội dung trống; cần JSON hoặc biểu mẫu.',
    'cut-off': () => 'Không đọc được: nội dung đứt giữa chừng.',
    'not-readable': () => 'Không đọc được nội dung: không phải JSON, biểu mẫu hay XML.',
    'not-an-object': () => 'Nội dung phải là một đối tượng JSON.',
    'nothing-in-it': () => `Nội dung không nêu tác vụ, video hay trạng thái nào; đã tìm ở ${ids}.`,
    'broken-off': () => 'Nội dung không đến trọn vẹn.',
    'too-large': ({ bytes: size, limitBytes }) =>
      `Nội dung lớn hơn ${kibi(limitBytes)}${size === undefined ? '' : ` (${kibi(size)})`}; có thể nâng giới hạn trong cài đặt (callbacks.bodyLimitMiB).`,
    'packed-too-tightly': () => 'Nội dung giải nén ra lớn hơn nhiều so với một callback.',
    'packing-unknown': ({ label }) =>
      `Nội dung được nén bằng ${label ?? 'thứ gì đó'}, mà Video Inbox này không giải nén được ở nơi nó chạy; đọc được gzip, deflate, br hoặc không nén.`,
    'signature-missing': () => 'Video Inbox này đòi callback có chữ ký, và callback này không có.',
    'signature-wrong': () => 'Chữ ký không khớp.',
    'signature-stale': () =>
      'Thời gian trong chữ ký lệch quá xa đồng hồ của máy này: callback đã cũ hoặc đồng hồ sai. Hãy kiểm tra ngày giờ ở đây rồi cho gửi lại.',
    'signature-used': () => 'Chữ ký này đã được dùng cho nội dung khác.',
    'no-secret': () => 'Video Inbox này đòi callback có chữ ký, nhưng chưa đặt bí mật để kiểm tra.',
    'signature-unknown': () => 'Video Inbox này đòi callback có chữ ký, và không biết chữ ký nào của nhà cung cấp này.',
    'keys-unavailable': () => 'Hiện không lấy được khóa để kiểm tra chữ ký; hãy gửi lại.',
    'too-many-requests': () => 'Quá nhiều yêu cầu; hãy thử lại sau.',
    'too-many-at-once': () => 'Quá nhiều callback cùng lúc; hãy gửi lại sau giây lát.',
    'tasks-per-day': ({ limit }) =>
      `URL callback này đã tạo ${number(limit ?? 0)} tác vụ trong một ngày, là giới hạn của nó (callbacks.tasksPerDay).`,
    'bytes-per-day': ({ limitBytes }) =>
      `URL callback này đã chiếm ${kibi(limitBytes)} trên đĩa trong một ngày, là giới hạn của nó (callbacks.keptMiBPerDay).`,
    'disk-low': ({ bytes: size, limitBytes }) =>
      `Đĩa còn ${kibi(size)}, và dưới ${kibi(limitBytes)} thì không nhận callback; hãy giải phóng dung lượng rồi gửi lại.`,
    'storage-failed': ({ detail }) => detail ?? 'Không lưu được callback; hãy gửi lại.',
    'wrong-method': ({ method }) => `Hãy gửi callback bằng POST, không phải ${method ?? 'cách này'}.`,
    broke: () => 'Không lưu được callback; hãy gửi lại.',
  },
  requests: {
    madeVideos: (n) => (n === 0 ? 'không tạo video' : `tạo ${number(n)} video`),
    noVideo: 'không thấy video',
    anotherFilm: 'nêu video khác',
    notAll: 'nêu nhiều tác vụ hoặc video hơn số được đọc cùng lúc; những mục đầu đã được lưu',
    sameAgain: (nth) => `y hệt, lần thứ ${nth}`,
    moreOfIt: (n) => (n === 1 ? 'và thêm một lần' : `và thêm ${number(n)} lần`),
    moreTasks: (n) => `và ${number(n)} tác vụ nữa`,
    stillProcessing: 'vẫn đang tạo',
    stateUnknown: 'không rõ trạng thái',
    failed: (message) => (message === null ? 'thất bại' : `thất bại: ${message}`),
    challenge: 'kiểm tra địa chỉ, đã trả lời',
    ping: 'ping thử, không có thẻ',
    refusedWhileWaiting: (id, n, status, reason) =>
      `Hết giờ: một callback nêu "${id}" bị từ chối với ${status}: ${reason} "video-inbox requests show ${n}" hiện nó.`,
  },
  secrets: {
    usage:
      'Hãy cho biết làm gì: "secret set NAME" (giá trị lấy từ đầu vào chuẩn), "secret list" hoặc "secret remove NAME".',
    unknown: (word, names) => `Không có bí mật tên "${word}". Các tên có: ${names}.`,
    ask: (name) => `Dán giá trị của ${name} rồi nhấn Enter; nó không hiện ra. Hai giá trị thì cách nhau bằng dấu phẩy.`,
    nothingGiven: (name) => `Không có gì ở đầu vào chuẩn nên ${name} giữ nguyên.`,
    noKey: (name) =>
      `Đó không phải là khóa: trong đó có khoảng trắng, dấu xuống dòng hoặc ký tự mà không khóa nào có, nên ${name} vẫn như cũ. Hãy chỉ sao chép khóa, không có "Bearer" ở trước.`,
    stored: (name) => `${name} đã được lưu và đang dùng.`,
    storedForLater: (name) => `${name} đã được lưu; Video Inbox dùng nó khi khởi động.`,
    removed: (name) => `${name} đã được gỡ.`,
    notSet: (name) => `${name} chưa được lưu nên không gỡ gì.`,
    environmentWins: (name, variable) =>
      `Lưu ý: ${variable} được đặt trong môi trường này, và Video Inbox khởi động từ đây lấy ${name} từ đó.`,
    places: { environment: 'từ môi trường', stored: 'đã lưu', none: 'chưa đặt' },
    onlyTheFile:
      'Lưu ý: không có Video Inbox nào đang chạy, nên những gì ứng dụng giữ trong keychain của hệ thống không có trong danh sách này.',
  },
  shared: {
    noIntake:
      'Máy này không nhận callback: nó được khởi động không có vai trò “intake”. Hãy sao chép URL callback ở một máy có vai trò đó.',
    notAnAddress:
      'VIDEO_INBOX_DATABASE_URL phải là địa chỉ của một cơ sở dữ liệu PostgreSQL duy nhất, như postgresql://user:password@host/name. Trong mật khẩu, các ký tự như @ : / ? # % được viết là %40 %3A %2F %3F %23 %25.',
    badSslMode: (word) =>
      `sslmode trong VIDEO_INBOX_DATABASE_URL phải là disable, require hoặc verify-full, không phải "${word}".`,
    tooOld: 'Cơ sở dữ liệu chung cũ hơn PostgreSQL 14. Hãy cập nhật máy chủ rồi thử lại.',
    newerSchema: (found, known) =>
      `Cơ sở dữ liệu chung do một Video Inbox mới hơn thiết lập (bảng của nó thuộc phiên bản ${String(found)}, bản này biết ${String(known)}). Không có gì thay đổi. Hãy cập nhật máy này rồi thử lại.`,
    cannotOpen: (reason) =>
      `Không dùng được cơ sở dữ liệu chung: ${reason}. Không mất gì. Hãy kiểm tra VIDEO_INBOX_DATABASE_URL và máy chủ rồi thử lại.`,
    notNow: (reason) =>
      `Lúc này không dùng được cơ sở dữ liệu chung: ${reason}. Không mất gì. Hãy thử lại khi nó trở lại.`,
    otherPlace: (names) =>
      `Không phải máy nào cũng lưu video ở cùng một chỗ: ${names} dùng chỗ khác với máy này, nên video máy này tải thì máy kia không mở được. Hãy đặt VIDEO_INBOX_STORE_URL cùng bucket và thư mục trên mọi máy rồi khởi động lại chúng.`,
    away: 'nó không trả lời',
    noHost: 'không ai biết máy chủ nào có tên này',
    password:
      'nó từ chối người dùng này hoặc mật khẩu này; mật khẩu mới được lấy từ VIDEO_INBOX_DATABASE_URL ở lần khởi động sau',
    noDatabase: 'nó không có cơ sở dữ liệu nào tên này',
    notAllowed:
      'người dùng này không được làm những gì cần ở đó: phải được tạo trong cơ sở dữ liệu, hoặc sở hữu mọi thứ trong schema video_inbox',
    door: 'nó không cho người dùng này vào từ đây, hoặc chỉ qua TLS (pg_hba.conf); sslmode=verify-full trong địa chỉ yêu cầu TLS',
    otherHost: 'chứng chỉ của nó dành cho một tên máy chủ khác; địa chỉ phải ghi tên máy chủ như trong chứng chỉ',
    noFile: (file) => `không đọc được tệp ${file} mà địa chỉ nêu`,
    pooled:
      'một pooler ở chế độ transaction, như PgBouncer, giao kết nối của nó cho người khác giữa chừng; địa chỉ phải dẫn thẳng đến máy chủ, hoặc đến một pooler ở chế độ session',
    encoding: (encoding) =>
      `nó lưu văn bản dạng ${encoding}, không chứa được mọi thứ callback mang đến; phải tạo nó với ENCODING 'UTF8' TEMPLATE template0`,
    certificate: (code) =>
      `chứng chỉ của nó không được tin ở đây, hoặc nó không dùng TLS (${code}); sslrootcert=TỆP trong địa chỉ chỉ ra chứng chỉ đáng tin`,
    readOnly:
      'nó chỉ cho đọc và không nhận gì mới, như một bản dự phòng chưa được đưa lên chính (hoặc do default_transaction_read_only)',
    full: 'đĩa của nó đã đầy',
    tooMany:
      'mọi kết nối của nó đều đang được dùng (max_connections, hoặc giới hạn của người dùng hay cơ sở dữ liệu này)',
    refused: (code) => `nó từ chối điều được yêu cầu (${code})`,
    notWithTwin:
      'Bản sao của Video Inbox khác (--twin) không thể đồng thời dùng chung cơ sở dữ liệu. Hãy khởi động không có --twin, hoặc không có VIDEO_INBOX_DATABASE_URL.',
    needsDatabase: (flag) =>
      `--${flag} dành cho nhiều máy dùng chung một cơ sở dữ liệu: hãy đặt cả VIDEO_INBOX_DATABASE_URL, hoặc bỏ nó đi.`,
    badRole: (word) =>
      `--role phải là danh sách gồm intake, download, ask và gallery, cách nhau bằng dấu phẩy, không phải "${word}".`,
    badAnswer: (word) => `--answer phải là "local", "shared" hoặc "both", không phải "${word}".`,
    badLease: (given, most) => `VIDEO_INBOX_LEASE_SECONDS phải là số giây từ 1 đến ${most}, không phải "${given}".`,
    badNode: (word) =>
      `--node phải là một tên gồm chữ cái, chữ số, dấu chấm và gạch ngang, tối đa 40 ký tự, không phải "${word}".`,
    nameTaken: (name, seconds) =>
      `Đã có một máy tên "${name}" dùng chung cơ sở dữ liệu này. Không có gì thay đổi. Hãy đặt cho máy này một tên riêng (--node NAME); hoặc nếu máy kia không còn nữa, hãy khởi động lại máy này sau ${String(seconds)} giây.`,
    cannotClaim:
      'Lúc này không biết được đơn này đã được đặt hay chưa, nên chưa đặt gì ở đây và chưa trả tiền gì: máy khác có thể đang đặt, hoặc cơ sở dữ liệu chung không trả lời, hoặc giữ lại những gì đã ghi. "video-inbox status" cho biết tình trạng cơ sở dữ liệu. Hãy thử lại sau giây lát.',
    machinesRun: (names) =>
      `Các máy dùng chung thư viện này vẫn đang chạy: ${names}. Chưa chuyển gì, vì chúng vẫn lưu video vào chỗ cũ. Hãy dừng "video-inbox serve" trên từng máy; máy bị tắt đột ngột sẽ được quên sau 15 giây. Rồi chạy lại lệnh này.`,
    machinesRunAgain: (names) =>
      `Các máy dùng chung thư viện này đã chạy lại: ${names}. Những gì chúng lưu trong lúc đó có thể nằm ở chỗ cũ; không mất gì. Hãy dừng "video-inbox serve" trên từng máy rồi chạy lại lệnh này: phần còn lại sẽ được chuyển.`,
    doctorNeedsInbox:
      'Nhiều máy dùng chung thư viện này nên việc kiểm tra hỏi hộp thư đang chạy ở đây. Chưa kiểm tra gì và không mất gì. Hãy khởi động bằng "video-inbox serve" rồi chạy lại lệnh này.',
    state: {
      away: (waiting, reason) =>
        `Hiện không dùng được cơ sở dữ liệu chung: ${reason}. Những gì đến đây được lưu tại đây (${number(waiting)} đang chờ) và gửi ngay khi được; cho đến lúc đó máy này hiện những gì đã biết.`,
      late: () =>
        'Chưa phải mọi thứ trong cơ sở dữ liệu chung đã đến máy này: một trong hai đang chậm. Không mất gì, phần còn lại sẽ tự đến. Nếu kéo dài, hãy xem tải của cả hai.',
      fenced: (waiting) =>
        `Một Video Inbox khác ghi vào cơ sở dữ liệu chung dưới tên máy này, tức là thư mục dữ liệu đã bị sao chép. Những gì đến đây chỉ được lưu tại đây (${number(waiting)} đang chờ). Hãy dừng bản kia và cho nó một thư mục dữ liệu trống, rồi mở lại bản này: nó gửi những gì đang chờ.`,
      replaced: (waiting) =>
        `Cơ sở dữ liệu chung không phải là cái lúc bắt đầu chạy: nó đã được khôi phục, hoặc một bản cũ hơn đã thay chỗ. Không đọc gì từ nó và không gửi gì tới nó cho đến khi Video Inbox khởi động lại; những gì đến được lưu trên máy này (${number(waiting)} đang chờ). Hãy thoát Video Inbox rồi mở lại, trên từng máy: khi đó nó gửi những gì cơ sở dữ liệu còn thiếu.`,
    },
    lateSession: (who, pid) =>
      `Một giao dịch không kết thúc của ${who} đang giữ lại những gì mọi máy thấy ở cơ sở dữ liệu chung. Không mất gì. Kết thúc nó ở đó bằng: SELECT pg_terminate_backend(${pid})`,
    latePrepared: (database, gid) =>
      `Một giao dịch đã chuẩn bị mà không ai kết thúc, trong cơ sở dữ liệu ${database}, đang giữ lại những gì mọi máy thấy ở cơ sở dữ liệu chung. Không mất gì. Trong cơ sở dữ liệu đó, kết thúc nó bằng: ROLLBACK PREPARED '${gid}' (hoặc COMMIT PREPARED, tùy người đã chuẩn bị nó)`,
    fencedUnstored:
      'Một hộp thư khác ghi vào cơ sở dữ liệu chung với tư cách máy này, vậy thư mục dữ liệu đã bị sao chép. Ở đây callback được trả lời 503 (--answer) để nhà cung cấp gửi lại. Hãy dừng hộp kia và cho nó một thư mục dữ liệu trống, rồi khởi động lại hộp này.',
    replacedUnstored:
      'Cơ sở dữ liệu chung không phải là cái mà lần chạy này đã bắt đầu cùng: nó được khôi phục, hoặc một bản sao cũ hơn đã thay chỗ. Callback được trả lời 503 cho đến khi hộp thư khởi động lại (--answer). Những gì đã trả lời ở đây mà bản sao đó không có thì không nằm trong nhật ký nào, chỉ còn trong những gì lần chạy này đang hiện: hãy giữ lại trước (video-inbox list --json > tasks.json). Rồi thoát hộp thư và khởi động lại, trên từng máy.',
    nobodyFetches:
      'Hiện không có máy nào với vai trò "download" đang chạy, nên không video nào được tải về và liên kết sẽ hết hạn. Hãy khởi động một máy với vai trò đó (--role).',
    nobodyTakes:
      'Hiện không có máy nào với vai trò "intake" đang chạy, nên không callback nào được nhận và nhà cung cấp sẽ thôi gửi sau một thời gian. Hãy khởi động một máy với vai trò đó (--role).',
    nobodyAsks:
      'Hiện không có máy nào với vai trò "ask" đang chạy, nên không nhà cung cấp nào được hỏi và không webhook nào được báo. Callback vẫn được nhận. Hãy khởi động một máy với vai trò đó (--role).',
    nobodyTells: (names) =>
      `Hiện không webhook hay lệnh nào được báo: chỉ ${names} có đặt, mà không có vai trò "ask" để báo. Video vẫn được tải về. Hãy đặt webhook trên một máy có vai trò đó (Cài đặt), hoặc khởi động máy kia với vai trò đó (--role).`,
    apart:
      'Máy này từng dùng chung thư viện với các máy khác và được khởi động mà không có VIDEO_INBOX_DATABASE_URL, nên chỉ hiện những gì chính nó đã nhận. Những gì đến được lưu ở đây và gửi cho các máy kia khi nó được khởi động lại với địa chỉ đó. Nếu nó sẽ hoạt động một mình, hãy xóa shared.json khỏi thư mục dữ liệu của nó.',
    awayUnstored: (reason) =>
      `Hiện không dùng được cơ sở dữ liệu chung: ${reason}. Trong lúc đó callback được trả lời 503 (--answer) để nhà cung cấp gửi lại; máy này hiện những gì đã biết.`,
    noRoomOn: (names) =>
      `Đĩa của ${names} không còn chỗ cho video: các máy khác tải thay. Hãy giải phóng dung lượng ở đó.`,
    noRoomAnywhere: (names) =>
      `Không máy nào tải video còn chỗ trên đĩa (${names}), nên video mới phải chờ và liên kết của chúng hết hạn. Hãy giải phóng dung lượng trên một máy: việc tải sẽ tự tiếp tục.`,
    refusedForRoomOn: (names) =>
      `Đĩa của ${names} đã đầy, nên callback đến đó bị từ chối; nhà cung cấp còn thử lại một lúc. Hãy giải phóng dung lượng ở đó, máy sẽ tự tiếp tục.`,
    olderBuildOn: (names) =>
      `${names} chạy bản cũ hơn các máy khác: bản đó đọc một số callback theo quy tắc cũ, nên tác vụ ở đó có thể trông khác. Không mất gì. Hãy cập nhật rồi khởi động lại máy đó: thư viện của nó sẽ tự được cập nhật.`,
    onlyOn: (names) =>
      `Có video chỉ nằm trên đĩa của một máy và tự lên kho S3 khi máy đó chạy: ${names}. Trước khi lên tới nơi, các máy khác không mở được. Không mất gì, và không cần tải lại gì.`,
    onlyOnAway: (names) =>
      `Có video chỉ nằm trên đĩa của một máy hiện không chạy: ${names}. Các máy khác không mở được. Hãy khởi động máy đó với VIDEO_INBOX_DATABASE_URL và VIDEO_INBOX_STORE_URL như trước: video sẽ tự lên kho. Nếu đĩa đó đã mất hẳn, “Thử lại” sẽ tải video khi liên kết còn sống, và “Nơi chạy” bỏ máy đó khỏi danh sách.`,
    leaseLost: 'Máy khác đã nhận việc này nên kết quả ở đây không được tính.',
  },
  sources: {
    notThere: (source) => `"${source}" không phải là địa chỉ http(s), cũng không phải là tệp trên máy này.`,
    notMedia: (source, found) =>
      `"${source}" không phải là video, ảnh hay âm thanh${found === null ? '' : ` (theo các byte đầu: ${found})`} nên không được gửi đi đâu và chưa đặt gì. Hãy chọn tệp dùng để tạo video.`,
    takesNoFiles: (provider, source) =>
      `${provider} không nhận tệp, chỉ nhận địa chỉ: hãy đặt "${source}" ở nơi nhà cung cấp lấy được và đưa địa chỉ https của nó.`,
    tooLarge: 'Tệp này lớn hơn 2 GiB; không nhà cung cấp nào nhận.',
    tooMuch:
      'Các tệp được mang vào để đặt trong giờ qua đã chiếm hết chỗ dành cho chúng nên tệp này không được nhận. Hãy đặt với các tệp đó trước, hoặc đưa đường dẫn của tệp cho "video-inbox submit".',
    diskFull:
      'Đĩa còn quá ít chỗ cho tệp này nên nó không được nhận. Video của bạn không bị ảnh hưởng. Hãy giải phóng dung lượng rồi chọn lại tệp.',
  },
  storage: {
    'journal-cut': ({ folder }) =>
      `Một chương trình khác đã cắt hoặc xóa một tệp trong ${String(folder)} khi hộp thư đang chạy. Video của bạn và các callback mới không bị ảnh hưởng, và thư viện vẫn biết tệp ấy nói gì: đừng xóa thư mục index bên cạnh. Bản sao lưu của thư mục journal sẽ đem lại phần còn thiếu; "video-inbox doctor" cho biết thêm.`,
    'downloads-wait': ({ limitBytes }) =>
      `Đĩa của thư viện còn trống dưới ${mebi(limitBytes)}, nên video mới phải chờ tải; callback vẫn được lưu như thường. Hãy giải phóng dung lượng trước khi liên kết của các video hết hạn: việc tải sẽ tự tiếp tục.`,
    'downloads-elsewhere': ({ limitBytes }) =>
      `Đĩa của thư viện còn trống dưới ${mebi(limitBytes)}, nên máy này không tải video: các máy khác tải. Callback vẫn được lưu như thường. Hãy giải phóng dung lượng, máy sẽ tự tải lại.`,
    'disk-filling': ({ limitBytes }) =>
      `Đĩa của thư viện gần đầy. Video lớn có thể đã phải chờ chỗ; khi còn trống dưới ${mebi(limitBytes)}, mọi video mới đều phải chờ. Hãy sớm giải phóng dung lượng.`,
    'disk-full': () => `Đĩa đã đầy: ${refusing}. Hãy giải phóng dung lượng: ${goesOn}.`,
    'disk-low': ({ limitBytes }) =>
      `Đĩa của thư viện còn trống dưới ${mebi(limitBytes)}: ${refusing}. Hãy giải phóng dung lượng: ${goesOn}.`,
    'folder-missing': ({ folder }) =>
      `Thư mục ${String(folder)} của thư viện không còn: ${refusing}. Hãy đặt nó lại chỗ cũ (hoặc nối đĩa của nó), và Video Inbox tự chạy tiếp.`,
    'folder-moved': ({ folder }) =>
      `Thư mục ${String(folder)} của thư viện bị chuyển hoặc đổi tên trong lúc Video Inbox chạy: ${refusing}. Hãy chuyển nó về và Video Inbox tự chạy tiếp, hoặc thoát rồi khởi động với chỗ mới.`,
    'other-writer': ({ folder }) =>
      `Một Video Inbox khác đã mở thư viện ở ${String(folder)}, hoặc một bản sao cũ hơn đã thay chỗ. Video Inbox này từ chối callback để không gì bị lẫn. Hãy thoát một trong hai rồi khởi động lại Video Inbox này.`,
    unwritable: ({ folder, reason }) =>
      `Đĩa không cho ghi vào ${String(folder)} (${String(reason)}): ${refusing}. Hãy kiểm tra đĩa; Video Inbox tự chạy tiếp khi ghi được.`,
    'slow-disk': ({ seconds: taken }) =>
      `Đĩa mất hơn ${String(taken)} giây để lưu một callback. Không mất gì, nhưng nhà cung cấp có thể thôi chờ: hãy xem điều gì làm đĩa bận.`,
    'database-away': () =>
      `Cơ sở dữ liệu chung không trả lời: ${refusing}. Hãy kiểm tra máy chủ và đường tới nó: ${goesOn}.`,
    'database-behind': () =>
      'Hiện không dùng được cơ sở dữ liệu chung nên callback được trả lời 503 và nhà cung cấp còn thử lại một lúc. Những gì đến vẫn được lưu trên máy này và tự gửi đi: hãy kiểm tra máy chủ và đường tới nó.',
    'database-full': () =>
      `Đĩa của cơ sở dữ liệu chung đã đầy: ${refusing}. Hãy giải phóng dung lượng trên máy chủ của nó; Video Inbox tự chạy tiếp.`,
    'database-replaced': () =>
      'Cơ sở dữ liệu chung không phải là cái lúc bắt đầu chạy: nó đã được khôi phục, hoặc một bản cũ hơn đã thay chỗ. Callback bị từ chối để không gì bị lẫn; nhà cung cấp còn thử lại một lúc. Hãy thoát Video Inbox rồi mở lại, trên từng máy: khi đó nó gửi những gì cơ sở dữ liệu còn thiếu.',
  },
  storageAnswers: {
    'disk-full': 'Đĩa đã đầy nên chưa lưu gì; hãy giải phóng dung lượng rồi gửi lại.',
    'disk-low': 'Đĩa còn quá ít chỗ nên chưa lưu gì; hãy giải phóng dung lượng rồi gửi lại.',
    'folder-missing': `Không tới được thư viện nên chưa lưu gì; ${sendAgain}.`,
    'folder-moved': `Không tới được thư viện nên chưa lưu gì; ${sendAgain}.`,
    'other-writer': `Một Video Inbox khác đã tiếp quản thư viện này nên chưa lưu gì; ${sendAgain}.`,
    unwritable: `Không lưu được callback; ${sendAgain}.`,
    'slow-disk': `Không lưu được callback; ${sendAgain}.`,
    'database-away': 'Nhật ký chung không trả lời nên chưa chắc đã lưu; hãy gửi lại, chỉ tính một lần.',
    'database-behind': 'Đã lưu ở đây nhưng chưa có trong nhật ký chung; hãy gửi lại, chỉ tính một lần.',
    'database-full': `Nhật ký chung hiện không nhận gì nên chưa lưu gì; ${sendAgain}.`,
    'database-refuses': `Nhật ký chung hiện không nhận gì nên chưa lưu gì; ${sendAgain}.`,
    'database-replaced': `Nhật ký chung đã bị thay bằng cái khác nên chưa lưu gì; ${sendAgain}.`,
    closing: 'Video Inbox đang đóng; hãy gửi lại sau giây lát.',
    'too-many': 'Quá nhiều callback cùng lúc; hãy gửi lại sau giây lát.',
  },
  store: {
    progress: (files, size) => `${number(files)} tệp, ${bytes(size)} đã ở đó`,
    moved: (files, wereThere) =>
      `Đã mang ${number(files)} tệp tới đó và đối chiếu${wereThere === 0 ? '' : `; ${number(wereThere)} đã có sẵn`}. Các tệp cũ đã bị xóa.`,
    left: (left) =>
      `Tệp ở lại trên kho vì không tác vụ nào của thư viện này nhắc đến: ${number(left)}. Chúng thuộc thư viện khác, hoặc thuộc một máy đã dừng trước khi gửi hết những gì đã nhận. Hãy khởi động máy đó như trước cho đến khi "video-inbox status" ở đó báo 0 chờ gửi, dừng nó, rồi chạy lại lệnh này.`,
    bytesLeft:
      'Dữ liệu của chúng vẫn còn trong bucket: lúc này chưa xóa được, hoặc trong cùng thư mục có video của thư viện khác. Hãy chạy lại lệnh này để thử lần nữa, hoặc làm trống thư mục ở đó khi không ai còn cần.',
    useShelf: 'Từ nay hãy khởi động Video Inbox với VIDEO_INBOX_STORE_URL đặt thành địa chỉ này.',
    useDisk: 'Từ nay hãy khởi động Video Inbox không có VIDEO_INBOX_STORE_URL.',
  },
  sync: {
    noSuchFile: 'Không có video đã lưu nào của thư viện này mang SHA-256 đó.',
    noCertificate: (file, reason) =>
      `Không dùng được chứng chỉ hoặc khóa trong ${file}: ${reason}. Hãy sửa nó, hoặc khởi động không có --sync-cert và --sync-key sau một proxy của bạn.`,
    identityBroken: (file) =>
      `Không đọc được tệp cho các máy khác biết máy này là máy nào (${file}). Hãy lấy lại nó từ bản sao lưu. Nếu không có, hãy bỏ nó đi rồi khởi động lại: với các máy khác, đây sẽ là một máy mới, và các bản sao của nó phải được kết nối lại. Video của bạn không bị động đến.`,
  },
  tunnel: {
    none: 'Chưa thiết lập đường hầm nên chỉ chương trình trên máy này tới được URL callback.',
    tokenMissing:
      'Đường hầm cần authtoken ngrok của bạn. Hãy dán vào phần cài đặt, hoặc chạy "video-inbox tunnel set-token". Cho đến lúc đó Video Inbox chỉ hoạt động trên máy này.',
    stopped: 'Đường hầm đang tắt nên chỉ chương trình trên máy này tới được URL callback.',
    refused: {
      '105': `Đây không phải authtoken của ngrok: ${noCallbacks}. Hãy sao chép authtoken từ ${tokenPage} và dán vào Cài đặt.`,
      '106': `Authtoken này thuộc phiên bản đầu của ngrok và không dùng được nữa: ${noCallbacks}. Hãy sao chép cái hiện hành từ ${tokenPage} và dán vào Cài đặt.`,
      '107': `ngrok không nhận authtoken này nữa: nó đã được đặt lại hoặc thu hồi, hoặc tài khoản mất quyền. Cho tới khi bạn sao chép cái mới từ ${tokenPage} và dán vào Cài đặt, ${noCallbacks}.`,
      '108': `Tài khoản ngrok của bạn có số agent trực tuyến bằng mức gói cho phép (gói miễn phí là ba). Cho tới khi bạn dừng ngrok trên máy khác hoặc kết thúc phiên bỏ quên ở dashboard.ngrok.com/agents, ${noCallbacks}; ${keepsTrying}`,
      '120': `ngrok không còn hỗ trợ phiên bản agent này: ${noCallbacks}. Hãy cập nhật Video Inbox.`,
      '320': `Tên miền trong Cài đặt thuộc tài khoản ngrok khác: ${noCallbacks}. Hãy chọn một tên miền có ở ${domainPage}.`,
      '324': `ngrok từ chối thêm endpoint trong phiên này: ${noCallbacks}. Hãy dừng các endpoint khác ở dashboard.ngrok.com/endpoints rồi kiểm tra lại.`,
      '326': `ngrok không biết tên miền trong Cài đặt: ${noCallbacks}. Hãy chọn một tên miền có ở ${domainPage}.`,
      '334': `Địa chỉ công khai của bạn đã trực tuyến từ nơi khác nên callback tới đó chứ không tới đây. Hãy dừng bản Video Inbox hoặc ngrok kia, hoặc chọn tên miền khác trong Cài đặt; ${keepsTrying}`,
      '702':
        'ngrok trả lời rằng có quá nhiều yêu cầu trong thời gian ngắn nên một số callback bị từ chối. Video Inbox thử lại sau một phút.',
      '727': `Số yêu cầu tháng này của gói ngrok đã hết: ${noCallbacks}. Hãy nâng gói ở dashboard.ngrok.com/billing hoặc chờ tháng sau; hầu hết kết quả vẫn lấy được bằng tay.`,
      '734': `ngrok trả lời rằng có quá nhiều kết nối trong thời gian ngắn: ${noCallbacks}. Video Inbox thử lại sau một phút.`,
      '1214': `ngrok trả lời rằng tài khoản của bạn làm quá nhiều trong thời gian ngắn: ${noCallbacks}. Video Inbox thử lại sau một phút.`,
      '4018': `ngrok cần authtoken của tài khoản có e-mail đã xác minh: ${noCallbacks}. Hãy xác minh tài khoản, rồi sao chép authtoken từ ${tokenPage} và dán vào Cài đặt.`,
      '4027': `Băng thông tháng này của gói ngrok đã hết: ${noCallbacks}. Hãy nâng gói ở dashboard.ngrok.com/billing hoặc chờ tháng sau; hầu hết kết quả vẫn lấy được bằng tay.`,
      '9040': `Tài khoản ngrok của bạn không cho phép agent từ mạng này: ${noCallbacks}. Hãy cho phép địa chỉ IP này ở dashboard.ngrok.com/ip-policies hoặc dùng mạng khác.`,
    },
    refusedOther: (code) =>
      `ngrok từ chối kết nối với ERR_NGROK_${code}: ${noCallbacks}. Xem ngrok.com/docs/errors/err_ngrok_${code}; ${keepsTrying}`,
    trouble: {
      'no-module':
        'Thiếu phần của ngrok mà hệ thống này cần nên không có địa chỉ công khai; callback từ máy này vẫn hoạt động. Hãy cài lại Video Inbox, hoặc dùng --public-url với proxy của bạn.',
      unreachable: `Không tới được ngrok: ${noCallbacks}. Hãy kiểm tra kết nối internet và xem tường lửa có chặn cổng 443 của connect.ngrok-agent.com không; ${keepsTrying}`,
      tls: `Không lập được kết nối an toàn tới ngrok: ${noCallbacks}. Proxy, tường lửa hoặc phần mềm diệt virus có thể đang đọc lưu lượng mã hóa: hãy cho connect.ngrok-agent.com đi qua; ${keepsTrying}`,
      hung: `ngrok không trả lời: ${noCallbacks}. Hãy kiểm tra kết nối internet hoặc xem status.ngrok.com; ${keepsTrying}`,
      lost: `Mất kết nối với ngrok: ${noCallbacks}. Video Inbox đang kết nối lại.`,
      frozen: `ngrok ngừng trả lời qua một kết nối trông vẫn ổn: ${noCallbacks}. Video Inbox đang kết nối lại.`,
      died: `Tiến trình giữ kết nối tới ngrok kết thúc bất ngờ: ${noCallbacks}. Video Inbox khởi động lại nó; nếu cứ tiếp diễn, chi tiết ở tệp nhật ký.`,
      unknown: `Kết nối tới ngrok thất bại vì một lý do mà Video Inbox không biết: ${noCallbacks}. Chi tiết ở tệp nhật ký; ${keepsTrying}`,
    },
    probe: {
      timeout:
        'Một yêu cầu thử tới địa chỉ công khai của bạn không được trả lời kịp nên callback có thể bị mất. Video Inbox tự thử lại; nếu cứ tiếp diễn, hãy xem status.ngrok.com.',
      unreachable:
        'Từ máy này không tới được địa chỉ công khai của bạn nên callback có thể bị mất. Hãy kiểm tra kết nối internet và xem tường lửa hay bộ lọc DNS có chặn địa chỉ đó không.',
      certificate:
        'Không kiểm tra được chứng chỉ của địa chỉ công khai nên không rõ callback có tới không. Proxy hoặc phần mềm diệt virus trên máy này có thể đang đọc lưu lượng mã hóa.',
      'offline-endpoint':
        'ngrok báo không có gì trực tuyến sau địa chỉ công khai của bạn nên callback bị mất. Video Inbox đang kết nối lại.',
      upstream:
        'Địa chỉ công khai của bạn hoạt động, nhưng bộ nhận callback của Video Inbox phía sau không trả lời nên callback bị mất. Hãy khởi động lại Video Inbox.',
      limit:
        'ngrok từ chối yêu cầu tới địa chỉ công khai của bạn vì gói đã chạm giới hạn nên callback bị mất. Xem dashboard.ngrok.com/usage.',
      elsewhere:
        'Có thứ khác trả lời ở địa chỉ công khai của bạn nên callback không tới Video Inbox. Hãy xem địa chỉ, proxy hoặc tên miền có trỏ tới máy này không.',
      waiting:
        'Kết nối tới ngrok đã được lập lại nhiều lần trong thời gian ngắn; để tiết kiệm yêu cầu của gói, nó sẽ được thử lại sau vài phút. Cho đến lúc đó callback có thể bị mất.',
    },
    probeOwnProxy:
      'Một yêu cầu thử tới URL công khai của bạn không quay về Video Inbox nên callback có thể bị mất. Hãy xem proxy có chạy và chuyển /c/ tới cổng callback không. Một số bộ định tuyến không cho máy tới địa chỉ công khai của chính nó; khi đó lần thử này thất bại dù callback vẫn tới.',
    urlChanged: ({ from, to, since }) =>
      `Địa chỉ công khai của bạn đã đổi ${since} từ ${from} thành ${to}: các tác vụ bắt đầu trước đó vẫn gọi địa chỉ cũ, nên hãy lấy kết quả của chúng bằng tay và từ nay dùng URL mới.`,
    fixDomain: `Hãy đặt tên miền của tài khoản bạn trong Cài đặt (miễn phí ở ${domainPage}) và URL callback sẽ giữ nguyên mãi.`,
    authtoken: {
      empty: `Hãy dán authtoken ngrok của bạn: nó ở ${tokenPage}.`,
      spaces: `Authtoken là một từ không có dấu cách. Hãy sao chép lại từ ${tokenPage}.`,
      characters: `Authtoken chỉ gồm chữ cái, chữ số và một dấu gạch dưới. Hãy sao chép lại từ ${tokenPage}.`,
      tooShort: `Chuỗi này quá ngắn để là authtoken. Hãy sao chép lại từ ${tokenPage}.`,
      tooLong: `Chuỗi này quá dài để là authtoken. Hãy sao chép lại từ ${tokenPage}.`,
      otherKind: `Đây là tên của một khóa hay thông tin đăng nhập, không phải authtoken. Hãy sao chép authtoken từ ${tokenPage}.`,
      otherService: `Đây là khóa của dịch vụ khác. Hãy sao chép authtoken của ngrok từ ${tokenPage}.`,
      v1: `Đây có vẻ là authtoken của phiên bản đầu của ngrok, không dùng được nữa. Hãy sao chép cái hiện hành từ ${tokenPage}.`,
      link: 'Đây là liên kết, không phải authtoken. Hãy mở nó, sao chép authtoken rồi dán.',
    },
    domain: {
      notADomain: `Đây không phải tên miền. Hãy sao chép từ ${domainPage}; nó có dạng your-name.ngrok-free.dev.`,
      wildcard: 'Ở đây không dùng được ký tự đại diện. Hãy chọn một tên miền đầy đủ.',
    },
  },
  twin: {
    noToken:
      'Video Inbox ở nơi khác cần một token. Hãy tạo ở đó bằng "video-inbox api-key new --scope twin" và đặt ở đây: "video-inbox secret set TWIN_TOKEN" hoặc VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    ownLibrary:
      'Thư viện này có video riêng, mà --twin tạo bản sao của một thư viện khác. Hãy khởi động với --data-dir khác; không có gì thay đổi.',
    ownVideos:
      'Thư viện này có video riêng, và một bản sao sẽ chiếm chỗ của chúng. Hãy khởi động với thư viện trống (thư mục dữ liệu khác) và kết nối thư viện đó; không có gì thay đổi.',
    noAddress: 'Địa chỉ của Video Inbox kia bắt đầu bằng https:// hoặc http://, như "--sync-port" của nó cho biết.',
    byFlag:
      'Đây là bản sao của Video Inbox nào đã được nêu lúc khởi động, bằng --twin, VIDEO_INBOX_DATABASE_URL hoặc môi trường. Hãy đổi ở đó; không có gì thay đổi.',
    otherTwin:
      'Ở địa chỉ này có một Video Inbox khác trả lời, không phải Video Inbox mà thư viện này là bản sao. Không lấy gì từ nó.',
    refused:
      'Video Inbox ở nơi khác không nhận token. Hãy tạo token mới ở đó bằng "video-inbox api-key new --scope twin" và đặt ở đây: "video-inbox secret set TWIN_TOKEN" hoặc VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    away: 'Hiện không tới được Video Inbox ở nơi khác. Nó vẫn nhận callback; những gì nó có sẽ về ngay khi tới được nó.',
    certificate: (code) =>
      `Chứng chỉ của Video Inbox ở nơi khác không được tin cậy trên máy này (${code}), nên chưa hỏi gì ở đó. NODE_EXTRA_CA_CERTS=TỆP trong môi trường của Video Inbox này chỉ ra chứng chỉ để tin.`,
    catchingUp: (waiting) =>
      `Bản sao này đang bắt kịp Video Inbox ở nơi khác: còn khoảng ${number(waiting)} thay đổi. Trong lúc đó vẫn dùng được những gì đã có ở đây.`,
    onlyHere: (count, names) =>
      `Video Inbox ở nơi khác đã trở về một trạng thái cũ hơn, như từ bản sao lưu. Tác vụ giờ chỉ còn ở đây: ${number(count)} (${names}). Chúng vẫn ở đây, cùng những video đã được đưa về đây. Để bên đó có lại: "video-inbox export TASK_ID --to DIR --metadata" ở đây, "video-inbox import DIR" ở bên đó.`,
    notTaken: (count, names) =>
      `Video Inbox ở nơi khác không nhận các thay đổi của bản sao này: có thể nó là phiên bản cũ hơn. Chúng chỉ còn ở đây, và không video nào bị động tới. Tác vụ: ${number(count)} (${names}). Hãy cập nhật bên đó rồi thay đổi lại ở đây, hoặc thay đổi ngay bên đó.`,
    noTunnelThere:
      'Video Inbox ở nơi khác không có địa chỉ công khai, nên chỉ chương trình trên máy đang chạy nó tới được URL callback của nó. Hãy làm cho nó truy cập được từ bên đó.',
    newerThere:
      'Video Inbox ở nơi khác là phiên bản mới hơn: bản sao này không đọc được một số thay đổi của nó và bỏ chúng ra, vẫn nhận mọi thay đổi khác. Hãy cập nhật bản sao này; khi đó nó sẽ nhận cả những thay đổi ấy. Không video nào bị động tới.',
    notSync: (status) =>
      `Cái trả lời ở địa chỉ của Video Inbox ở nơi khác không phải cổng dành cho bản sao (HTTP ${String(status)}): là một cổng khác của nó, trang đăng nhập của mạng, hoặc một proxy dẫn đi chỗ khác. Không lấy gì từ đó, và những gì ở đây vẫn còn. Địa chỉ đúng là địa chỉ mà "serve --sync-port" cho biết ở bên đó.`,
    troubled: (status) =>
      `Video Inbox ở nơi khác, hoặc proxy trước nó, trả lời rằng hiện không thể (HTTP ${String(status)}). Những gì ở đây vẫn còn, các đánh dấu chờ ở đây; bản sao này vẫn tiếp tục thử. Nếu kéo dài, hãy xem bên đó bằng "video-inbox status": có thể trong lúc này callback không được nhận.`,
    leadsElsewhere: (origin) =>
      `Địa chỉ của Video Inbox ở nơi khác dẫn tới ${origin}, mà token chỉ được gửi tới đúng địa chỉ đã nhập. Những gì ở đây vẫn còn. Nếu đó là Video Inbox của bạn, hãy kết nối lại bằng địa chỉ ấy.`,
    expired:
      'Chứng chỉ của Video Inbox ở nơi khác đã hết hạn, hoặc đồng hồ máy này sai, nên không hỏi gì nó. Những gì ở đây vẫn còn. Hãy gia hạn chứng chỉ bên đó: Video Inbox ấy dùng nó trong vòng một phút, proxy đứng trước thì sau khi tải lại.',
    otherName:
      'Chứng chỉ của Video Inbox ở nơi khác dành cho tên khác với tên trong địa chỉ, nên không hỏi gì nó. Những gì ở đây vẫn còn. Hãy kết nối lại bằng tên trong chứng chỉ, hoặc làm chứng chỉ cho tên này.',
    noTls:
      'Ở địa chỉ của Video Inbox ở nơi khác không có gì nói TLS đúng cách, nên không hỏi gì nó. Những gì ở đây vẫn còn. Nếu bên đó không có chứng chỉ, địa chỉ của nó bắt đầu bằng http://, như nó cho biết khi khởi động.',
    needsTls:
      'Địa chỉ của Video Inbox ở nơi khác chỉ dùng TLS, mà địa chỉ lại bắt đầu bằng http://, nên chưa lấy được gì. Những gì ở đây vẫn còn. Hãy cho cùng địa chỉ đó với https://.',
    proxy: (host, errno) =>
      `Không tới được Video Inbox ở nơi khác: proxy ${host} không cho gì đi qua (${errno}). Những gì ở đây vẫn còn. Hãy kiểm tra proxy trong cài đặt của máy này hoặc của Video Inbox, hoặc ghi máy chủ của bên đó vào NO_PROXY.`,
    itself:
      'Video Inbox ở địa chỉ này chính là nó, hoặc là bản sao của nó: callback sẽ không tới được bên nào, và không lấy gì từ đó. Hãy nhập địa chỉ của Video Inbox nhận callback, hoặc để bên này không phải là bản sao.',
    cameApart: (count, names) =>
      `Tác vụ đến trong lúc bên này không phải là bản sao và chỉ có ở đây: ${number(count)} (${names}). Bản sao không tải video từ nhà cung cấp: những gì chưa lưu sẽ không được tải khi còn là bản sao, và liên kết sẽ hết hạn. Hãy ngắt kết nối cho tới khi lưu xong. Để bên đó cũng có: "video-inbox export TASK_ID --to DIR --metadata" ở đây, "video-inbox import DIR" ở bên đó.`,
    notThere:
      'Việc này do Video Inbox ở nơi khác làm, và nó không có tác vụ này. Không có gì thay đổi, video vẫn ở đây. Hãy nhập nó vào bên đó trước, hoặc ngắt kết nối bản sao này rồi làm ở đây.',
    onlyThere:
      'Việc này do Video Inbox ở nơi khác làm, và hiện không tới được nó. Không có gì thay đổi; hãy thử lại khi tới được.',
    diskLow: (limitBytes) =>
      `Đĩa của bản sao này còn trống dưới ${mebi(limitBytes)} nên nó không tự đưa thêm video về; video nào được mở thì vẫn về. Không mất video nào: chúng ở Video Inbox ở nơi khác, nơi vẫn nhận callback như thường. Hãy giải phóng dung lượng, hoặc chọn trong cài đặt để đưa về ít hơn.`,
    diskFilling: (limitBytes) =>
      `Đĩa của bản sao này gần đầy: khi còn trống dưới ${mebi(limitBytes)}, nó không tự đưa thêm video về. Hãy sớm giải phóng dung lượng, hoặc chọn trong cài đặt để đưa về ít hơn.`,
    diskFull:
      'Đĩa của bản sao này đã đầy: những gì mới ở Video Inbox ở nơi khác chờ ở đó, và ở đây không đánh dấu được gì. Không mất video nào, và nơi đó vẫn nhận callback như thường. Hãy giải phóng dung lượng, bản sao này sẽ tự chạy tiếp.',
    folderAway: (folder) =>
      `Bản sao này không lưu được gì vào ${folder}: những gì mới ở Video Inbox ở nơi khác chờ ở đó, và ở đây không đánh dấu được gì. Không mất video nào, và nơi đó vẫn nhận callback như thường. Hãy xem thư mục có ở đúng chỗ và đĩa của nó có ghi được không: bản sao này sẽ tự chạy tiếp.`,
    diskSlow: (taken) =>
      `Đĩa của bản sao này mất hơn ${String(taken)} giây để lưu những gì đến từ Video Inbox ở nơi khác hoặc được đánh dấu ở đây. Không mất video nào, và nơi đó vẫn nhận callback như thường: hãy xem điều gì làm đĩa bận.`,
    notHere:
      'Video Inbox này là bản sao của một Video Inbox ở nơi khác, và việc này do Video Inbox đó làm. Hãy làm ở đó; không có gì thay đổi.',
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
      return `Thiếu ${field}.`;
    case 'too-long':
      return `${field} có ${show('length')} ký tự; tối đa ${show('max')}.`;
    case 'no-choice':
      return `${field} không thể là "${show('value')}"; có thể là ${show('choices')}.`;
    case 'no-number':
      return `${field} phải là một số.`;
    case 'too-small':
      return `${field} phải ít nhất là ${show('min')}.`;
    case 'too-large':
      return `${field} phải nhiều nhất là ${show('max')}.`;
    case 'too-many':
      return `${field} nhận tối đa ${show('max')} cái, không phải ${show('count')}.`;
    case 'no-place':
      return `Mô hình này không nhận ${field === 'image' ? 'hình ảnh' : 'video'}, và thiếu nó thì sẽ ra một video khác. Hãy bỏ nó ra hoặc chọn mô hình có nhận.`;
    case 'said-twice':
      return `${field} được cho hai lần với hai giá trị khác nhau, và chỉ một được gửi đi. Hãy bỏ bớt một.`;
    case 'file-too-large':
      return `${field} được có tối đa ${megabytes(params['maxBytes'], 'giới hạn')}; tệp này có ${megabytes(params['sizeBytes'], 'quá nhiều')}. Hãy tạo bản nhỏ hơn rồi thử lại.`;
    case 'video-too-long':
      return `${field} được dài tối đa ${show('maxSeconds')} giây; cái này dài ${seconds(params['seconds'], 'hơn')}. Hãy cắt rồi thử lại.`;
    case 'only-beginning':
      return `Chỉ dùng ${show('usedSeconds')} giây đầu của ${field}; cái này dài ${seconds(params['seconds'], 'hơn')}.`;
    case 'unknown-field':
      return `Mô hình này không có trường ${field}; nó vẫn được gửi, và nhà cung cấp có thể bỏ qua.`;
  }
}
