/** Vietnamese. Commands, flags and values stay as they are typed. */
import { amounts } from '../../common/texts/amounts.ts';
import { help } from './help/vi.ts';
import type { TerminalPack } from './packs.ts';

const { count, number } = amounts('vi');

export const pack: TerminalPack = {
  help,
  terminal: {
    counts: {
      tasks: (n) => count(n, { other: '# tác vụ' }),
      videos: (n) => count(n, { other: '# video' }),
      savedVideos: (n) => count(n, { other: '# video đã lưu' }),
      callbacks: (n) => count(n, { other: '# callback' }),
      bodies: (n) => count(n, { other: '# nội dung đã giữ' }),
      events: (n) => count(n, { other: '# sự kiện' }),
      files: (n) => count(n, { other: '# tệp' }),
      films: (n) => count(n, { other: '# phim' }),
    },
    note: (sentence) => `Lưu ý: ${sentence}`,
    none: 'không có',
    states: { processing: 'đang tạo', succeeded: 'thành công', failed: 'thất bại', unknown: 'không rõ' },
    videoStates: {
      queued: 'đang chờ',
      downloading: 'đang tải',
      saved: 'đã lưu',
      failed: 'thất bại',
      expired: 'hết hạn',
    },
    trust: { signed: 'đã ký', unsigned: 'không ký', confirmed: 'đã xác nhận', conflicting: 'mâu thuẫn' },
    unknownProvider: 'Nhà cung cấp không rõ',
    apiKey: {
      made: (id) => `Đây là khóa ${id}. Khóa không hiện lại nữa; "video-inbox api-key revoke ${id}" thu hồi nó.`,
      nothing: 'Chưa có khóa nào.',
      revoked: (id) => `Khóa ${id} không còn được nhận.`,
    },
    doctor: {
      checked: (tasks, videos) => `Đã kiểm tra ${tasks} và ${videos}.`,
      mended: (problem) => `Đã sửa: ${problem}`,
      found: (problem) => `Phát hiện: ${problem}`,
      allWell: 'Mọi thứ ổn.',
      needsYou: 'Có việc cần bạn; xem ở trên.',
      takeOver: 'Áp dụng các thay đổi này?',
      reread: (bodies, changes, applied) =>
        `Đã đọc lại ${bodies}: ${number(changes)} nay đọc được tốt hơn${applied ? ', và đã áp dụng' : ''}.`,
      more: (n) => `… và ${number(n)} nữa`,
    },
    exported: {
      titleNotUsed:
        '--title là tiêu đề của những gì --client và --markers tạo ra; không có cờ nào trong hai cờ đó nên nó không được dùng.',
      lacking: (ids) => `Không sao chép vì chưa có video nào của các mục này trên đĩa: ${ids}`,
      nothing:
        'Chưa mục nào có video trên đĩa nên chưa sao chép gì. "video-inbox show TASK_ID" cho biết tình trạng từng mục.',
    },
    imported: {
      nothing:
        'Ở đó không có video nào: trong thư mục, các tệp .mp4, .mov, .webm và tương tự được nhận; tệp khác thì hãy nêu đích danh.',
      done: (imported, present, failed) =>
        [
          `Đã nhập ${imported}`,
          ...(present > 0 ? [`${number(present)} đã có trong thư viện`] : []),
          ...(failed > 0 ? [`${number(failed)} không được nhận, xem ở trên`] : []),
        ].join('; ') + '.',
    },
    replay: {
      same: 'Bộ đọc hiện tại cho kết quả y hệt.',
      otherwise: 'Bộ đọc hiện tại đọc khác đi.',
      taken: 'Đã áp dụng.',
      notTaken: (n) => `Chưa có gì thay đổi; "video-inbox replay ${n} --take" áp dụng kết quả này.`,
      answered: (status) => `trả lời ${status}`,
      notAnswered: (reason) => `không trả lời: ${reason}`,
      sent: (answer, ms) => `Đã gửi: ${answer} trong ${ms} ms`,
      sentSigned: (answer, ms) => `Đã ký lại và gửi: ${answer} trong ${ms} ms`,
    },
    requests: {
      nothing: 'Chưa có gì gọi tới.',
      noneRefused: 'Không có gì bị từ chối.',
      notKept: 'Nội dung không được giữ.',
      isCut: '… chỉ giữ phần đầu nội dung.',
    },
    sendTest: {
      film: (taskId) => `Đã gửi và được trả lời. "video-inbox wait ${taskId}" in ra tệp khi đã lưu.`,
      failure: (taskId) => `Đã gửi và được trả lời. "video-inbox wait ${taskId}" cho biết vì sao thất bại.`,
      noLink: (taskId) =>
        `Đã gửi và được trả lời. Callback của nhà cung cấp này không nêu liên kết nên từ callback mẫu không lưu gì. "video-inbox wait ${taskId}" cho biết callback thật cần gì.`,
    },
    serve: {
      open: 'Video Inbox đang mở.',
      gallery: 'Thư viện',
      callbackUrl: 'URL callback',
      twins: 'Bản sao',
      library: 'Thư mục',
      stop: 'Dừng bằng Ctrl+C.',
      reachable: (url) => `Nhà cung cấp truy cập được URL callback: ${url}`,
      makeReachable: '"video-inbox tunnel set-token" hoặc --public-url giúp nhà cung cấp truy cập được.',
    },
    settings: {
      stored: (name) => `${name} đã được lưu và đang dùng.`,
      backToUsual: (name) => `${name} đã trở về giá trị thường dùng.`,
      storedForLater: (name) => `${name} đã được lưu; Video Inbox dùng nó khi khởi động.`,
      notUsual: (usual) => `thường là ${usual}`,
      fromEnvironment: 'môi trường',
      proxy: 'Proxy cho mọi thứ đi ra, trừ ngrok',
    },
    show: {
      task: 'Tác vụ',
      // The column is ten wide; what fills it brings its own space.
      provider: 'Nhà cung cấp ',
      state: 'Trạng thái ',
      message: 'Thông báo',
      prompt: 'Prompt',
      source: 'Nguồn',
      received: 'Nhận lúc',
      callbacks: 'Callback',
      video: (n) => `Video ${n}`,
      attempt: (n, of, reason) => `lần thử ${n}${of === null ? '' : ` trên ${of}`}: ${reason}`,
      next: (time) => `lần thử kế tiếp ${time}`,
    },
    status: {
      runs: (pid, dataDir) => `Video Inbox đang chạy với pid ${pid} ở ${dataDir}`,
      labels: {
        tasks: 'Tác vụ',
        videos: 'Video',
        waiting: 'Đang chờ',
        disk: 'Đĩa',
        gallery: 'Thư viện',
        callback: 'Callback',
        trouble: 'Sự cố',
        refused: 'Từ chối',
        machines: 'Máy',
      },
      tasks: (total, succeeded, failed, processing, unknown) =>
        `${total} (${succeeded} thành công, ${failed} thất bại, ${processing} đang tạo, ${unknown} không rõ)`,
      videos: (saved, waiting, failed, expired) =>
        `${saved} đã lưu, ${waiting} đang đến, ${failed} thất bại, ${expired} hết hạn`,
      watch: (tasks, overdue) => `${tasks}, ${overdue} trễ`,
      nobodyAsked: 'hiện không hỏi ai',
      nextAsk: (at) => `hỏi lại lúc ${at}`,
      free: (size) => `còn trống ${size}`,
      trouble: (since, message) => `từ ${since}: ${message}`,
      refused: (callbacks, status, message) => `${callbacks} hôm nay, lần cuối với ${status}: ${message}`,
      showRefused: '"video-inbox requests --refused" hiện chúng',
      thisOne: ' (máy này)',
      toBeSent: (roles, waiting) => `${roles}; ${waiting} chờ gửi`,
      noRoomFor: { downloads: 'hết chỗ cho video', callbacks: 'đĩa đã đầy' },
      olderBuild: 'bản cũ hơn',
      awaySince: (time) => `không có tin từ ${time}`,
      reachability: {
        online: 'tới được',
        degraded: 'đã kết nối, nhưng một lần thử không tới',
        connecting: 'đang kết nối',
        blocked: 'không tới được, cần bạn',
        offline: 'không tới được từ bên ngoài',
      },
    },
    list: {
      nothing: 'Chưa có gì ở đây.',
      noMatch: 'Không có gì trong thư viện khớp.',
      leaveOut: 'Hãy bỏ bớt một từ hoặc điều kiện, hoặc xem tất cả bằng "video-inbox list".',
      notACondition: (term, like) =>
        `"${term}" không phải là điều kiện nên được tìm đúng như đã viết. Điều kiện tương tự: ${like}.`,
      didYouMean: (query, count) => `Có phải bạn muốn tìm: ${query} (${count})?`,
    },
    onlyNewest: (shown) => `Chỉ hiển thị ${shown} mục mới nhất; --limit N hiển thị thêm.`,
    tagged: (tasks) => `Đã thay đổi ${tasks}.`,
    tunnel: {
      ask: 'Dán authtoken ngrok của bạn rồi nhấn Enter; nó không hiện ra.',
      savedForLater: 'Đã lưu. Đường hầm kết nối khi Video Inbox khởi động.',
      savedOther:
        'Đã lưu, nhưng Video Inbox đang chạy được khởi động với --tunnel hoặc --public-url khác và vẫn giữ lựa chọn đó.',
      saved: 'Đã lưu. Đường hầm đang kết nối; "video-inbox status" cho biết khi nào tới được URL callback.',
    },
    url: {
      loopback:
        'đây là địa chỉ loopback. Nhà cung cấp không tới được nó; hãy thiết lập đường hầm để có địa chỉ công khai.',
      loopbackOnly: 'đây là địa chỉ loopback. Nhà cung cấp không tới được nó.',
    },
    wait: {
      notCome: (id) => `Hết giờ: chưa có callback nào cho "${id}".`,
      notFinished: (id) => `Hết giờ: "${id}" chưa xong. Nó vẫn tiếp tục trong Video Inbox.`,
      inboxGone: (id) => `Hết giờ: "${id}" chưa xong, và Video Inbox không còn chạy.`,
      failed: 'Nhà cung cấp báo thất bại, không nêu lý do.',
      notDownloaded: 'Không tải được một video.',
      needsKey:
        'Tác vụ đã thành công, nhưng video của nó chỉ lấy được bằng khóa API của nhà cung cấp. Hãy đặt khóa, và nó tự được lấy.',
      noVideo: 'Tác vụ đã thành công, nhưng không có gì nêu một video: không có gì để lưu.',
    },
  },
};
