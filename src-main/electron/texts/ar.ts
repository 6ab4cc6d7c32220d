/** Arabic. */
import type { DesktopPack } from './packs.ts';

export const pack: DesktopPack = {
  desktop: {
    menu: {
      file: 'ملف',
      edit: 'تحرير',
      view: 'عرض',
      window: 'نافذة',
      help: 'مساعدة',
      about: 'حول Video Inbox',
      copyCallbackUrl: 'نسخ رابط الاستدعاء',
      settings: 'الإعدادات…',
      showDataFolder: 'إظهار مجلد البيانات',
      showLogs: 'إظهار ملفات السجل',
      launchAtLogin: 'التشغيل عند تسجيل الدخول',
      closeToTray: 'مواصلة العمل عند إغلاق النافذة',
      checkForUpdates: 'البحث عن إصدارات جديدة',
      website: 'Video Inbox على الويب',
      closeWindow: 'إغلاق النافذة',
      minimise: 'تصغير',
      resetZoom: 'الحجم الفعلي',
      zoomIn: 'تكبير العرض',
      zoomOut: 'تصغير العرض',
      fullScreen: 'ملء الشاشة',
      quit: 'إنهاء Video Inbox',
    },
    tray: {
      open: 'فتح Video Inbox',
      recent: 'أحدث الفيديوهات',
      noRecent: 'لا فيديوهات بعد',
      pauseDownloads: 'إيقاف التنزيلات مؤقتًا',
      storage: {
        ok: '',
        full: 'القرص ممتلئ: لا يُحفظ جديد',
        gone: 'المكتبة غير موجودة: لا يُحفظ جديد',
        slow: 'القرص بطيء جدًا',
      },
      shelf: 'تعذّر استخدام مخزن S3: الفيديوهات تنتظر هنا',
      tooltip: (unseen) => (unseen === 0 ? 'Video Inbox' : `Video Inbox: الجديد ${unseen}`),
      status: ({ kind, state }) => {
        if (kind === 'none') return 'يمكن الوصول إليه من هذا الجهاز فقط';
        switch (state) {
          case 'online':
            return 'رابط الاستدعاء متاح';
          case 'connecting':
            return 'جارٍ توصيل رابط الاستدعاء';
          case 'degraded':
            return 'رابط الاستدعاء غير مستقر';
          case 'blocked':
            return 'رابط الاستدعاء يحتاج إليك';
          case 'offline':
            return 'رابط الاستدعاء غير متاح';
        }
      },
    },
    commandLine: {
      noDisplay:
        'لا يستطيع هذا البرنامج تنفيذ الأوامر من دون شاشة. على جهاز بلا شاشة تؤدي الحزمة التي يصنعها «npm pack» من مصادره العمل نفسه باستخدام Node وحده.',
    },
    contextMenu: {
      undo: 'تراجع',
      redo: 'إعادة',
      cut: 'قص',
      copy: 'نسخ',
      paste: 'لصق',
      selectAll: 'تحديد الكل',
      open: 'فتح',
      openFile: 'فتح ببرنامج آخر',
      showInFolder: 'إظهار في المجلد',
      copyFile: 'نسخ الملف',
    },
    background: {
      title: 'يواصل Video Inbox العمل',
      inTray: 'يبقى في شريط النظام ويواصل استقبال الاستدعاءات. أنهِه من هناك، أو غيّر ذلك في قائمة «ملف».',
      minimised:
        'لا يعرض سطح المكتب هذا شريط نظام، لذا صُغّرت النافذة ويواصل Video Inbox استقبال الاستدعاءات. أنهِه بـ Ctrl+Q، أو غيّر ذلك في قائمة «ملف».',
    },
    badge: (unseen) => `لم يُشاهد: ${unseen}`,
    failures: {
      title: 'تعذّر بدء Video Inbox',
      crashed: 'توقّف Video Inbox',
      startedAgain: 'توقّف Video Inbox ثم شُغّل من جديد',
      startedAgainBody: (logFile) =>
        `صادف Video Inbox خطأ منه هو فشُغّل من جديد. كل استدعاء أُجيب موجود على القرص؛ وقد ينقص ما وصل في الأثناء، ويُسأل عمّا يُنتظر.${logFile === null ? '' : ` ما حدث مكتوب في ${logFile}.`}`,
      notInUse: 'إعدادات أو مفاتيح ليست قيد الاستخدام',
      notTakenOver: 'تعذّر نقل المفاتيح المكتوبة بنص صريح إلى سلسلة المفاتيح. هي تعمل؛ وسيحاول البدء التالي مجددًا.',
      pageBroken: 'تعطّلت هذه النافذة عدة مرات متتالية',
      pageBrokenBody: 'الصندوق نفسه يواصل العمل: تُستقبل الاستدعاءات وتُحفظ الفيديوهات. لم يضِع شيء.',
      pageReload: 'إعادة التحميل',
      pageStuck: 'هذه النافذة لا تستجيب',
      pageWait: 'انتظر',
      notOpened: 'تعذّر على النظام فتح هذا',
      notOpenedBody: (place, reason) => `افتحه بنفسك: ${place} (${reason})`,
    },
    attached: {
      title: 'Video Inbox (يعمل عبر «serve»، حتى بدون هذه النافذة)',
      ended: 'انتهى صندوق الوارد الذي كانت تعرضه هذه النافذة',
      endedBody:
        'فيديوهاتك على القرص، ولن يُقبل أي callback حتى يعمل من جديد. شغّله هنا، أو شغّل «video-inbox serve» مرة أخرى.',
      startHere: 'تشغيله هنا',
    },
    secrets: {
      basicText:
        'لا يوفّر هذا النظام سلسلة مفاتيح، لذا تُحفظ المفاتيح بكلمة مرور ثابتة يستطيع أي برنامج لهذا المستخدم فكّها.',
    },
    move: {
      title: 'اختر الوجهة الجديدة للمكتبة',
      button: 'النقل إلى هنا',
      folderName: 'مكتبة Video Inbox',
      failed: 'لم تُنقل المكتبة',
    },
    saving: {
      title: 'حفظ باسم',
      failed: 'لم يُحفظ الملف',
      failedBody: (file) =>
        `تعذّرت كتابة ‎${file} حتى نهايته، وأُزيل ما كُتب منه. وفّر مساحة هناك أو اختر مجلدًا آخر ثم احفظه من جديد؛ مكتبتك كما كانت.`,
      done: 'تم الحفظ',
    },
    updates: {
      title: 'إصدار جديد جاهز',
      body: (version) => `سيُستخدم Video Inbox ${version} بدءًا من التشغيل التالي.`,
    },
  },
};
