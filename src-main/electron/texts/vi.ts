/** Vietnamese. */
import type { DesktopPack } from './packs.ts';

export const pack: DesktopPack = {
  desktop: {
    menu: {
      file: '&Tệp',
      edit: '&Sửa',
      view: '&Xem',
      window: '&Cửa sổ',
      help: 'Trợ &giúp',
      about: 'Giới thiệu Video Inbox',
      copyCallbackUrl: 'Sao chép URL callback',
      settings: 'Cài đặt…',
      showDataFolder: 'Hiện thư mục dữ liệu',
      showLogs: 'Hiện tệp nhật ký',
      launchAtLogin: 'Mở khi đăng nhập',
      closeToTray: 'Tiếp tục chạy khi đóng cửa sổ',
      checkForUpdates: 'Tìm phiên bản mới',
      website: 'Video Inbox trên web',
      closeWindow: 'Đóng cửa sổ',
      minimise: 'Thu nhỏ',
      resetZoom: 'Kích thước thật',
      zoomIn: 'Phóng to',
      zoomOut: 'Thu nhỏ hình',
      fullScreen: 'Toàn màn hình',
      quit: 'Thoát Video Inbox',
    },
    tray: {
      open: 'Mở Video Inbox',
      recent: 'Video gần đây',
      noRecent: 'Chưa có video',
      pauseDownloads: 'Tạm dừng tải xuống',
      storage: {
        ok: '',
        full: 'Ổ đĩa đã đầy: không lưu gì mới',
        gone: 'Không thấy thư viện: không lưu gì mới',
        slow: 'Ổ đĩa rất chậm',
      },
      shelf: 'Kho S3 không dùng được: video chờ ở đây',
      tooltip: (unseen) => (unseen === 0 ? 'Video Inbox' : `Video Inbox: ${unseen} video mới`),
      status: ({ kind, state }) => {
        if (kind === 'none') return 'Chỉ truy cập được từ máy này';
        switch (state) {
          case 'online':
            return 'URL callback truy cập được';
          case 'connecting':
            return 'Đang kết nối URL callback';
          case 'degraded':
            return 'URL callback không ổn định';
          case 'blocked':
            return 'URL callback cần bạn xử lý';
          case 'offline':
            return 'URL callback không truy cập được';
        }
      },
    },
    commandLine: {
      noDisplay:
        'Chương trình này không chạy lệnh được khi không có màn hình. Trên máy không có màn hình, gói do "npm pack" tạo từ mã nguồn làm được như vậy chỉ với Node.',
    },
    contextMenu: {
      undo: 'Hoàn tác',
      redo: 'Làm lại',
      cut: 'Cắt',
      copy: 'Sao chép',
      paste: 'Dán',
      selectAll: 'Chọn tất cả',
      open: 'Mở',
      openFile: 'Mở bằng chương trình khác',
      showInFolder: 'Hiện trong thư mục',
      copyFile: 'Sao chép tệp',
    },
    background: {
      title: 'Video Inbox vẫn đang chạy',
      inTray: 'Ứng dụng ở trong khay và vẫn nhận callback. Hãy thoát từ đó, hoặc đổi trong menu Tệp.',
      minimised:
        'Màn hình này không có khay, nên cửa sổ được thu nhỏ và Video Inbox vẫn nhận callback. Thoát bằng Ctrl+Q, hoặc đổi trong menu Tệp.',
    },
    badge: (unseen) => `${unseen} chưa xem`,
    failures: {
      title: 'Video Inbox không khởi động được',
      crashed: 'Video Inbox đã dừng',
      startedAgain: 'Video Inbox đã dừng và được khởi động lại',
      startedAgainBody: (logFile) =>
        `Video Inbox gặp lỗi của chính nó và đã khởi động lại. Mọi callback đã trả lời đều ở trên đĩa; callback đến trong lúc đó có thể bị thiếu, và những gì đang chờ sẽ được hỏi lại.${logFile === null ? '' : ` Chuyện đã xảy ra ghi trong ${logFile}.`}`,
      notInUse: 'Có cài đặt hoặc khóa không được dùng',
      notTakenOver:
        'Không đưa được các khóa dạng văn bản thường vào keychain. Chúng vẫn dùng được; lần khởi động sau sẽ thử lại.',
      pageBroken: 'Cửa sổ này bị lỗi nhiều lần liên tiếp',
      pageBrokenBody: 'Video Inbox vẫn chạy: callback được nhận và video được lưu. Không mất gì cả.',
      pageReload: 'Tải lại',
      pageStuck: 'Cửa sổ này không phản hồi',
      pageWait: 'Chờ',
      notOpened: 'Hệ thống không mở được mục này',
      notOpenedBody: (place, reason) => `Hãy tự mở: ${place} (${reason})`,
    },
    attached: {
      title: 'Video Inbox (chạy bằng “serve”, cả khi không có cửa sổ này)',
      ended: 'Video Inbox mà cửa sổ này hiển thị đã dừng',
      endedBody:
        'Video của bạn vẫn ở trên đĩa, và không nhận callback nào cho đến khi nó chạy lại. Hãy khởi động ở đây, hoặc chạy lại “video-inbox serve”.',
      startHere: 'Khởi động ở đây',
    },
    secrets: {
      basicText:
        'Hệ thống này không có keychain, nên khóa được lưu với một mật khẩu cố định mà mọi chương trình của người dùng này đều gỡ được.',
    },
    move: {
      title: 'Chọn nơi chuyển thư viện đến',
      button: 'Chuyển đến đây',
      folderName: 'Thư viện Video Inbox',
      failed: 'Thư viện chưa được chuyển',
    },
    saving: {
      title: 'Lưu thành',
      failed: 'Tệp chưa được lưu',
      failedBody: (file) =>
        `Không ghi được ${file} đến hết, và phần đã ghi đã được xóa. Hãy giải phóng chỗ trống ở đó hoặc chọn thư mục khác rồi lưu lại; thư viện của bạn vẫn như cũ.`,
      done: 'Đã lưu',
    },
    updates: {
      title: 'Phiên bản mới đã sẵn sàng',
      body: (version) => `Video Inbox ${version} sẽ được dùng từ lần khởi động sau.`,
    },
  },
};
