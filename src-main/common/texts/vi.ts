/** Vietnamese: what is seen most; the rest of what the core tells is in English. */
import type { CorePack } from './core-packs.ts';

export const pack: Partial<CorePack> = {
  errors: { broken: 'Có lỗi trong Video Inbox. Video của bạn vẫn an toàn trên ổ đĩa; chi tiết có trong tệp nhật ký.' },
  desktopFailures: {
    notOnDisk: 'Video này chưa có trên ổ đĩa. Hãy chờ, hoặc dùng Thử lại trong tác vụ của nó.',
    onShelf: (place) =>
      `Video này không ở trên máy này mà ở kho, là ${place}. Dùng Tải xuống trong tác vụ của nó để có tại đây.`,
    noFile: 'Thiếu tệp của video này. Dùng Thử lại trong tác vụ của nó để tải lại.',
    notOpened: (reason) =>
      `Hệ thống không mở được video: ${reason}. Video vẫn an toàn trên ổ đĩa; hãy thử Hiện trong thư mục.`,
    noClipboard: 'Hệ thống không nhận tệp. Dùng Hiện trong thư mục rồi sao chép từ đó.',
    forbidden: 'Lệnh gọi này không đến từ cửa sổ Video Inbox nên bị từ chối.',
    malformed: 'Lệnh gọi này sai dạng nên bị từ chối. Không có gì thay đổi.',
    secretsBroken: (file) =>
      `Không đọc được tệp chứa khóa của bạn (${file}). Hãy sửa hoặc bỏ nó rồi khởi động lại; video của bạn không bị ảnh hưởng.`,
  },
  library: {
    notInLibrary: 'Video đó không còn trong thư viện.',
    notUndone: 'Việc này đã quá lâu nên không tự hoàn tác được. Không có gì thay đổi.',
    isSaved: 'Video đó đã có trên ổ đĩa nên không có gì thay đổi.',
    linkIsNoAddress: 'Liên kết bắt đầu bằng https:// hoặc http://. Hãy sao chép toàn bộ địa chỉ video rồi dán lại.',
    noSuchFile: (file) =>
      `Không có tệp ${file} nào đọc được. Hãy chọn lại video; tệp trên máy khác phải được sao chép sang máy này trước.`,
    taskIdNeeded: 'Cần có mã tác vụ.',
    nothingToExport: 'Chưa mục nào có video trên ổ đĩa nên không có gì để xuất. Hãy chờ đến khi có video được lưu.',
    nothingToRetry: 'Mọi video của tác vụ này đã có trên ổ đĩa hoặc đang được tải.',
    moveNoRoom: 'Ổ đĩa đó không đủ chỗ cho thư viện. Chưa có gì được chuyển.',
  },
  notices: {
    savedTitle: (provider) => `Đã lưu video từ ${provider}`,
    savedWithoutPrompt: (taskId) => `Tác vụ ${taskId}`,
    failedTitle: (provider) => `${provider} không tạo được video`,
    failedWithoutReason: 'Nhà cung cấp không nêu lý do. Mở tác vụ để xem nội dung đã gửi.',
    downloadFailedTitle: (provider) => `Không lưu được một video từ ${provider}`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `Một liên kết hết hạn sau ${minutes} phút` : `${n} liên kết sắp hết hạn, đầu tiên sau ${minutes} phút`,
    dyingBody: (title) => `Chưa lưu: ${title}. Mở ra để xem nó đang chờ gì.`,
    tunnelTitle: 'Không truy cập được URL callback của bạn',
    tunnelBody: 'Nhà cung cấp chưa gọi lại được. Mở Video Inbox để xem lý do.',
    digestTitle: 'Thêm từ các nhà cung cấp',
    quietTitle: 'Trong giờ yên lặng',
    digestBody: (saved, failed) =>
      [...(saved > 0 ? [`${saved} video đã lưu`] : []), ...(failed > 0 ? [`${failed} sự cố`] : [])].join(', ') + '.',
  },
  storageAnswers: {
    'disk-full': 'Ổ đĩa đã đầy nên chưa lưu gì; hãy giải phóng dung lượng rồi gửi lại.',
    'disk-low': 'Ổ đĩa còn quá ít chỗ nên chưa lưu gì; hãy giải phóng dung lượng rồi gửi lại.',
    'folder-missing': 'Không truy cập được thư viện nên chưa lưu gì; hãy gửi lại.',
    'folder-moved': 'Không truy cập được thư viện nên chưa lưu gì; hãy gửi lại.',
    'other-writer': 'Một Video Inbox khác đã tiếp quản thư viện này nên chưa lưu gì; hãy gửi lại.',
    unwritable: 'Không lưu được callback; hãy gửi lại.',
    closing: 'Hộp thư đang đóng; hãy gửi lại sau giây lát.',
    'too-many': 'Quá nhiều callback cùng lúc; hãy gửi lại sau giây lát.',
  },
  limits: {
    title: 'Giới hạn',
    intro:
      'Những gì được phép đến và được phép tải về. Giá trị thường dùng hợp với hầu hết mọi người; yêu cầu bị một giới hạn từ chối sẽ nằm trong Yêu cầu cùng tên giới hạn đó.',
    names: {
      'callbacks.bodyLimitMiB': 'Callback lớn nhất',
      'callbacks.filmBodyLimitMiB': 'Callback lớn nhất có phim bên trong',
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
      'callbacks.filmBodyLimitMiB': 'Một số dịch vụ gửi phim ngay trong callback.',
      'callbacks.signatureWindowSeconds':
        'Thời gian của chữ ký được lệch bao nhiêu so với thời gian ở đây. Hãy tăng lên nếu đồng hồ của máy này sai.',
      'callbacks.tasksPerDay': 'Cho callback qua internet mà không ai ký; phần vượt quá nhận trả lời 429.',
      'callbacks.keptMiBPerDay': 'Cho callback qua internet mà không ai ký; phần vượt quá nhận trả lời 429.',
      'callbacks.minFreeMiB':
        'Dưới mức này callback nhận trả lời 503 để nhà cung cấp thử lại. Để trống: 64 MiB, hoặc 5 % của ổ đĩa nhỏ.',
      'downloads.maxVideoMiB': 'Cái lớn hơn không được tải về, và điều đó được nói rõ.',
      'downloads.mibPerDay': 'Các liên kết không ai ký hay xác nhận, để người lạ không thể lấp đầy ổ đĩa bằng chúng.',
      'downloads.minFreeMiB': 'Dưới mức này việc tải xuống sẽ chờ. Để trống: 2 GiB, hoặc 10 % của ổ đĩa nhỏ.',
    },
    units: { MiB: 'MiB', seconds: 'giây', tasks: 'tác vụ' },
    usual: (value, unit) => `Thường là ${value} ${unit}.`,
    usualEmpty: 'Thường để trống.',
    empty: 'trống',
    wrong: (text, least, most) => `“${text}” không phải là số từ ${least} đến ${most}.`,
    wrongWhole: (text, least, most) => `“${text}” không phải là số nguyên từ ${least} đến ${most}.`,
  },
};
