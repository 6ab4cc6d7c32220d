/** Arabic: what is seen most; the rest of what the core tells is in English. */
import type { CorePack } from './core-packs.ts';

export const pack: Partial<CorePack> = {
  errors: { broken: 'حدث خلل في Video Inbox. مقاطعك آمنة على القرص؛ التفاصيل في ملف السجل.' },
  desktopFailures: {
    notOnDisk: 'هذا المقطع ليس على القرص بعد. انتظره، أو استخدم «إعادة المحاولة» في مهمته.',
    onShelf: (place) =>
      `هذا المقطع ليس على هذا الحاسوب بل في المخزن، باسم ${place}. استخدم «تنزيل» في مهمته ليصبح هنا.`,
    noFile: 'ملف هذا المقطع مفقود. استخدم «إعادة المحاولة» في مهمته لجلبه مجددًا.',
    notOpened: (reason) => `تعذّر على النظام فتح المقطع: ${reason}. هو آمن على القرص؛ جرّب «إظهار في المجلد».`,
    noClipboard: 'لم يقبل النظام الملف. استخدم «إظهار في المجلد» وانسخه من هناك.',
    forbidden: 'لم يأتِ هذا النداء من نافذة Video Inbox، لذا رُفض.',
    malformed: 'شكل هذا النداء غير صحيح، لذا رُفض. لم يتغيّر شيء.',
    secretsBroken: (file) => `تعذّرت قراءة ملف مفاتيحك (${file}). أصلحه أو أزله ثم ابدأ من جديد؛ لا تُمسّ مقاطعك.`,
  },
  library: {
    notInLibrary: 'لم يعد ذلك المقطع في المكتبة.',
    notUndone: 'مضى على هذا وقت أطول من أن يُتراجع عنه تلقائيًا. لم يتغيّر شيء.',
    isSaved: 'ذلك المقطع على القرص بالفعل، لذا لم يتغيّر شيء.',
    linkIsNoAddress: 'يبدأ الرابط بـ https:// أو http://. انسخ عنوان المقطع كاملًا والصقه مجددًا.',
    noSuchFile: (file) =>
      `لا يوجد ملف ${file} يمكن قراءته. اختر المقطع مجددًا؛ الملف الموجود على جهاز آخر يجب نسخه إلى هذا أولًا.`,
    taskIdNeeded: 'يلزم معرّف مهمة.',
    nothingToExport: 'لا مقطع من هذه على القرص بعد، فلا شيء للتصدير. انتظر حتى يُحفظ أحدها.',
    nothingToRetry: 'كل مقاطع هذه المهمة على القرص أو في طريقها.',
    moveNoRoom: 'لا تكفي مساحة ذلك القرص للمكتبة. لم يُنقل شيء.',
  },
  notices: {
    savedTitle: (provider) => `حُفظ مقطع من ${provider}`,
    savedWithoutPrompt: (taskId) => `المهمة ${taskId}`,
    failedTitle: (provider) => `لم يتمكن ${provider} من صنع المقطع`,
    failedWithoutReason: 'لم يذكر المزوّد سببًا. افتح المهمة لترى ما أرسله.',
    downloadFailedTitle: (provider) => `تعذّر حفظ مقطع من ${provider}`,
    dyingTitle: (n, minutes) =>
      n === 1 ? `ينتهي رابط خلال ${minutes} د` : `روابط توشك أن تنتهي: ${n}، أولها خلال ${minutes} د`,
    dyingBody: (title) => `لم يُحفظ بعد: ${title}. افتحه لترى ما ينتظره.`,
    tunnelTitle: 'لا يمكن الوصول إلى رابط الاستدعاء',
    tunnelBody: 'لا يستطيع المزوّدون الاتصال حتى يعود. افتح Video Inbox لترى السبب.',
    digestTitle: 'المزيد من مزوّديك',
    quietTitle: 'أثناء وقت الهدوء',
    digestBody: (saved, failed) =>
      [...(saved > 0 ? [`مقاطع محفوظة: ${saved}`] : []), ...(failed > 0 ? [`مشكلات: ${failed}`] : [])].join('، ') + '.',
  },
  storageAnswers: {
    'disk-full': 'القرص ممتلئ فلم يُحفظ شيء؛ أفرغ مساحة وأرسله مجددًا.',
    'disk-low': 'المساحة على القرص قليلة جدًا فلم يُحفظ شيء؛ أفرغ مساحة وأرسله مجددًا.',
    'folder-missing': 'تعذّر الوصول إلى المكتبة فلم يُحفظ شيء؛ أرسله مجددًا.',
    'folder-moved': 'تعذّر الوصول إلى المكتبة فلم يُحفظ شيء؛ أرسله مجددًا.',
    'other-writer': 'تولّى Video Inbox آخر هذه المكتبة فلم يُحفظ شيء؛ أرسله مجددًا.',
    unwritable: 'تعذّر حفظ الاستدعاء؛ أرسله مجددًا.',
    closing: 'الصندوق قيد الإغلاق؛ أرسله مجددًا بعد لحظة.',
    'too-many': 'استدعاءات كثيرة في وقت واحد؛ أرسلها مجددًا بعد لحظة.',
  },
  limits: {
    title: 'الحدود',
    intro:
      'ما يجوز أن يصل وما يجوز أن يُنزَّل. القيم المعتادة تناسب الجميع تقريبًا، وكل طلب رفضه حدٌّ ما يظهر في الطلبات مع اسم ذلك الحد.',
    names: {
      'callbacks.bodyLimitMiB': 'أكبر رد نداء',
      'callbacks.filmBodyLimitMiB': 'أكبر رد نداء بداخله فيلم',
      'callbacks.signatureWindowSeconds': 'أقدم توقيع',
      'callbacks.tasksPerDay': 'مهام جديدة في اليوم لكل عنوان رد نداء',
      'callbacks.keptMiBPerDay': 'ما يُحفظ من المحتوى في اليوم لكل عنوان رد نداء',
      'callbacks.minFreeMiB': 'المساحة التي لا يُقبل دونها أي رد نداء',
      'downloads.maxVideoMiB': 'أكبر فيديو',
      'downloads.mibPerDay': 'تنزيلات غير موقّعة في اليوم لكل عنوان رد نداء',
      'downloads.minFreeMiB': 'المساحة التي تتركها التنزيلات خالية',
    },
    hints: {
      'callbacks.bodyLimitMiB': 'يُجاب الأكبر منه بالرمز 413. يرسل Replicate مع سجلاته مثل ذلك.',
      'callbacks.filmBodyLimitMiB': 'بعض الخدمات ترسل الفيلم داخل رد النداء.',
      'callbacks.signatureWindowSeconds':
        'مقدار ما يجوز أن يبتعد وقت التوقيع عن الوقت هنا. زِده إن كانت ساعة هذا الحاسوب خاطئة.',
      'callbacks.tasksPerDay': 'لما يصل عبر الإنترنت دون توقيع من أحد، ويُجاب ما زاد بالرمز 429.',
      'callbacks.keptMiBPerDay': 'لما يصل عبر الإنترنت دون توقيع من أحد، ويُجاب ما زاد بالرمز 429.',
      'callbacks.minFreeMiB':
        'دونها تُجاب ردود النداء بالرمز 503 ليعيد المزوّدون المحاولة. فارغ: 64 MiB، أو 5 % من قرص صغير.',
      'downloads.maxVideoMiB': 'الأكبر منه لا يُنزَّل، ويُذكر ذلك.',
      'downloads.mibPerDay': 'للروابط التي لم يوقّعها أحد ولم يؤكدها، كي لا يملأ بها غريبٌ القرص.',
      'downloads.minFreeMiB': 'دونها تنتظر التنزيلات. فارغ: 2 GiB، أو 10 % من قرص صغير.',
    },
    units: { MiB: 'MiB', seconds: 'ثانية', tasks: 'مهمة' },
    usual: (value, unit) => `المعتاد ${value} ${unit}.`,
    usualEmpty: 'المعتاد أن يكون فارغًا.',
    empty: 'فارغ',
    wrong: (text, least, most) => `«${text}» ليس عددًا من ${least} إلى ${most}.`,
    wrongWhole: (text, least, most) => `«${text}» ليس عددًا صحيحًا من ${least} إلى ${most}.`,
  },
};
