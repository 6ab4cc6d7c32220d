import type { CorePack } from './core-packs.ts';

export const pack: Partial<CorePack> = {
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
