/** Arabic. Commands, flags and values stay as they are typed. */
import { amounts } from '../../common/texts/amounts.ts';
import { help } from './help/ar.ts';
import type { TerminalPack } from './packs.ts';

const { count, number } = amounts('ar');

export const pack: TerminalPack = {
  help,
  terminal: {
    counts: {
      tasks: (n) =>
        count(n, {
          zero: 'لا مهام',
          one: 'مهمة واحدة',
          two: 'مهمتان',
          few: '# مهام',
          many: '# مهمة',
          other: '# مهمة',
        }),
      videos: (n) =>
        count(n, {
          zero: 'لا فيديوهات',
          one: 'فيديو واحد',
          two: 'فيديوهان',
          few: '# فيديوهات',
          many: '# فيديو',
          other: '# فيديو',
        }),
      savedVideos: (n) =>
        count(n, {
          zero: 'لا فيديوهات محفوظة',
          one: 'فيديو محفوظ واحد',
          two: 'فيديوهان محفوظان',
          few: '# فيديوهات محفوظة',
          many: '# فيديو محفوظًا',
          other: '# فيديو محفوظ',
        }),
      callbacks: (n) =>
        count(n, {
          zero: 'لا استدعاءات',
          one: 'استدعاء واحد',
          two: 'استدعاءان',
          few: '# استدعاءات',
          many: '# استدعاءً',
          other: '# استدعاء',
        }),
      bodies: (n) =>
        count(n, {
          zero: 'لا محتويات محفوظة',
          one: 'محتوى محفوظ واحد',
          two: 'محتويان محفوظان',
          few: '# محتويات محفوظة',
          many: '# محتوى محفوظًا',
          other: '# محتوى محفوظ',
        }),
      events: (n) =>
        count(n, {
          zero: 'لا أحداث',
          one: 'حدث واحد',
          two: 'حدثان',
          few: '# أحداث',
          many: '# حدثًا',
          other: '# حدث',
        }),
      files: (n) =>
        count(n, {
          zero: 'لا ملفات',
          one: 'ملف واحد',
          two: 'ملفان',
          few: '# ملفات',
          many: '# ملفًا',
          other: '# ملف',
        }),
      films: (n) =>
        count(n, {
          zero: 'لا فيديوهات',
          one: 'فيديو واحد',
          two: 'فيديوهان',
          few: '# فيديوهات',
          many: '# فيديو',
          other: '# فيديو',
        }),
    },
    note: (sentence) => `ملاحظة: ${sentence}`,
    none: 'بلا',
    states: { processing: 'تُصنع', succeeded: 'نجحت', failed: 'فشلت', unknown: 'غير واضحة' },
    videoStates: {
      queued: 'في الطابور',
      downloading: 'قيد التنزيل',
      saved: 'محفوظ',
      failed: 'فشل',
      expired: 'انتهى رابطه',
    },
    trust: { signed: 'موقّع', unsigned: 'غير موقّع', confirmed: 'مؤكَّد', conflicting: 'متعارض' },
    unknownProvider: 'مزوّد غير معروف',
    apiKey: {
      made: (id) => `هذا هو المفتاح ${id}. لن يُعرض مجددًا؛ يلغيه «video-inbox api-key revoke ${id}».`,
      nothing: 'لا مفاتيح بعد.',
      revoked: (id) => `لم يعد المفتاح ${id} مقبولًا.`,
    },
    doctor: {
      checked: (tasks, videos) => `ما فُحص: ${tasks}، ${videos}.`,
      mended: (problem) => `أُصلح: ${problem}`,
      found: (problem) => `وُجد: ${problem}`,
      allWell: 'كل شيء على ما يرام.',
      needsYou: 'بعض الأمور تحتاج إليك؛ انظر أعلاه.',
      takeOver: 'هل تُعتمد هذه؟',
      reread: (bodies, changes, applied) =>
        `ما قُرئ مجددًا: ${bodies}؛ ما يُقرأ الآن أفضل: ${number(changes)}${applied ? '، وقد اعتُمد' : ''}.`,
      more: (n) => `… و${number(n)} أخرى`,
    },
    exported: {
      titleNotUsed: '--title هو عنوان ما يصنعه --client و--markers، ولم يُذكر أي منهما، فلا يُستخدم.',
      lacking: (ids) => `لم تُنسخ هذه لأن لا فيديو لها على القرص بعد: ${ids}`,
      nothing: 'ليس لأي من هذه فيديو على القرص بعد، فلم يُنسخ شيء. يبيّن «video-inbox show TASK_ID» حال كل منها.',
    },
    imported: {
      nothing: 'لا فيديو هناك: تؤخذ من المجلدات ملفات mp4 و mov و webm وأمثالها؛ وأي ملف غيرها سمِّه بنفسك.',
      done: (imported, present, failed) =>
        [
          `ما استُورد: ${imported}`,
          ...(present > 0 ? [`في المكتبة من قبل: ${number(present)}`] : []),
          ...(failed > 0 ? [`لم يُقبل: ${number(failed)}، انظر أعلاه`] : []),
        ].join('؛ ') + '.',
    },
    replay: {
      same: 'يقول القارئ الحالي الشيء نفسه.',
      otherwise: 'يراه القارئ الحالي على نحو آخر.',
      taken: 'اعتُمد.',
      notTaken: (n) => `لم يتغيّر شيء بعد؛ يعتمده «video-inbox replay ${n} --take».`,
      answered: (status) => `أُجيب ${status}`,
      notAnswered: (reason) => `لم يُجب: ${reason}`,
      sent: (answer, ms) => `أُرسل: ${answer} خلال ${ms} ms`,
      sentSigned: (answer, ms) => `أُرسل بتوقيع جديد: ${answer} خلال ${ms} ms`,
    },
    requests: {
      nothing: 'لم يتصل أحد بعد.',
      noneRefused: 'لم يُرفض شيء.',
      notKept: 'لم يُحفظ المحتوى.',
      isCut: '… لم يُحفظ إلا أول المحتوى.',
    },
    sendTest: {
      film: (taskId) => `أُرسل وأُجيب. يعرض «video-inbox wait ${taskId}» الملف حين يُحفظ.`,
      failure: (taskId) => `أُرسل وأُجيب. يعرض «video-inbox wait ${taskId}» سبب فشله.`,
      noLink: (taskId) =>
        `أُرسل وأُجيب. لا تذكر استدعاءات هذا المزوّد رابطًا، فلا يُحفظ شيء من عيّنة. يذكر «video-inbox wait ${taskId}» ما يحتاجه استدعاء حقيقي.`,
    },
    serve: {
      open: 'Video Inbox مفتوح.',
      gallery: 'المعرض',
      callbackUrl: 'رابط استدعاء',
      twins: 'النسخ',
      library: 'المكتبة',
      stop: 'أوقفه بـ Ctrl+C.',
      reachable: (url) => `يستطيع المزوّدون الوصول إلى رابط الاستدعاء: ${url}`,
      makeReachable: 'يتيحه للمزوّدين «video-inbox tunnel set-token» أو ‎--public-url.',
    },
    settings: {
      stored: (name) => `حُفظ ${name} وهو قيد الاستعمال.`,
      backToUsual: (name) => `عاد ${name} إلى قيمته المعتادة.`,
      storedForLater: (name) => `حُفظ ${name}؛ يستعمله الصندوق حين يبدأ.`,
      notUsual: (usual) => `المعتاد ${usual}`,
      fromEnvironment: 'البيئة',
      proxy: 'وكيل لكل ما يخرج عدا ngrok',
    },
    show: {
      task: 'المهمة',
      provider: 'المزوّد',
      state: 'الحالة',
      message: 'الرسالة',
      prompt: 'الوصف',
      source: 'المصدر',
      received: 'الاستلام',
      callbacks: 'استدعاءات',
      video: (n) => `فيديو ${n}`,
      attempt: (n, of, reason) => `المحاولة ${n}${of === null ? '' : ` من ${of}`}: ${reason}`,
      next: (time) => `المحاولة التالية عند ${time}`,
    },
    status: {
      runs: (pid, dataDir) => `يعمل Video Inbox، pid ${pid}، على ${dataDir}`,
      labels: {
        tasks: 'المهام',
        videos: 'فيديوهات',
        waiting: 'الانتظار',
        disk: 'القرص',
        gallery: 'المعرض',
        callback: 'الاستدعاء',
        trouble: 'المشكلة',
        refused: 'المرفوض',
        machines: 'الأجهزة',
      },
      tasks: (total, succeeded, failed, processing, unknown) =>
        `${total} (نجحت ${succeeded}، فشلت ${failed}، تُصنع ${processing}، غير واضحة ${unknown})`,
      videos: (saved, waiting, failed, expired) =>
        `محفوظة ${saved}، في الطريق ${waiting}، فاشلة ${failed}، انتهى رابطها ${expired}`,
      watch: (tasks, overdue) => `${tasks}، المتأخرة ${overdue}`,
      nobodyAsked: 'لا يُسأل أحد الآن',
      nextAsk: (at) => `السؤال التالي عند ${at}`,
      free: (size) => `الخالي ${size}`,
      trouble: (since, message) => `منذ ${since}: ${message}`,
      refused: (callbacks, status, message) => `اليوم ${callbacks}، آخرها بالرمز ${status}: ${message}`,
      showRefused: 'يعرضها «video-inbox requests --refused»',
      thisOne: ' (هذا الجهاز)',
      toBeSent: (roles, waiting) => `${roles}؛ للإرسال: ${waiting}`,
      noRoomFor: { downloads: 'لا مساحة للفيديوهات', callbacks: 'قرصه ممتلئ' },
      olderBuild: 'إصدار أقدم',
      awaySince: (time) => `غائب منذ ${time}`,
      reachability: {
        online: 'يمكن الوصول',
        degraded: 'متصل، لكن اختبارًا لم يصل',
        connecting: 'جارٍ الاتصال',
        blocked: 'لا يمكن الوصول، يحتاج إليك',
        offline: 'لا يمكن الوصول من الخارج',
      },
    },
    list: {
      nothing: 'لا شيء هنا بعد.',
      noMatch: 'لا شيء في المكتبة يطابق ذلك.',
      leaveOut: 'احذف كلمة أو شرطًا، أو اعرض كل شيء بواسطة «video-inbox list».',
      notACondition: (term, like) =>
        `«\u2066${term}\u2069» ليس شرطًا، لذا بُحث عنه كما كُتب. شروط مشابهة: \u2066${like}\u2069.`,
      didYouMean: (query, count) => `هل تقصد: ${query} (${count})؟`,
    },
    onlyNewest: (shown) => `يظهر أحدث ${shown} فقط؛ الخيار --limit N يعرض المزيد.`,
    tagged: (tasks) => `ما تغيّر: ${tasks}.`,
    tunnel: {
      ask: 'الصق authtoken الخاص بك في ngrok واضغط Enter؛ لا يُعرض.',
      savedForLater: 'حُفظ. يتصل النفق حين يبدأ الصندوق.',
      savedOther: 'حُفظ، لكن الصندوق الذي يعمل شُغّل مع ‎--tunnel أو ‎--public-url آخر، ويبقى عليه.',
      saved: 'حُفظ. النفق يتصل الآن؛ يذكر «video-inbox status» متى يمكن الوصول إلى رابط الاستدعاء.',
    },
    url: {
      loopback: 'هذا هو العنوان المحلي (loopback). لا يستطيع المزوّدون الوصول إليه؛ أعدّ نفقًا ليكون لك عنوان عام.',
      loopbackOnly: 'هذا هو العنوان المحلي (loopback). لا يستطيع المزوّدون الوصول إليه.',
    },
    wait: {
      notCome: (id) => `انتهى الوقت: لم يصل بعد استدعاء لـ «${id}».`,
      notFinished: (id) => `انتهى الوقت: لم تكتمل «${id}» بعد. تتابع في الصندوق.`,
      inboxGone: (id) => `انتهى الوقت: لم تكتمل «${id}»، ولم يعد الصندوق يعمل.`,
      failed: 'يقول المزوّد إنها فشلت، بلا سبب.',
      notDownloaded: 'تعذّر تنزيل فيديو.',
      needsKey: 'نجحت المهمة، لكن لا يُحصل على الفيديو إلا بمفتاح API لدى المزوّد. عيّن المفتاح فيُجلب من تلقاء نفسه.',
      noVideo: 'نجحت المهمة، لكن لا شيء يذكر فيديو: لا شيء يُحفظ.',
    },
  },
};
