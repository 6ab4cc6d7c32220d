/** Arabic, right to left. Commands, flags, names of providers, keys and fields stay as they are written. */
import { isOfDisk } from '../download-trouble.ts';
import { providerName, providers } from '../providers/catalog.ts';
import { amounts, ended } from './amounts.ts';
import type { CorePack } from './core-packs.ts';
import { faultIn, isUnreached, type FaultWords } from './en-providers.ts';

const { bytes, count, kibi, mebi, megabytes, number, seconds } = amounts('ar');

const tokenPage = 'dashboard.ngrok.com/get-started/your-authtoken';
const domainPage = 'dashboard.ngrok.com/domains';
const keepsTrying = 'يواصل Video Inbox المحاولة.';
const noCallbacks = 'لا يمكن أن تصل الاستدعاءات';
const refusing = 'تُرفض الاستدعاءات ولا يُحفظ شيء جديد';
const providersRetry = 'يعيد المزوّدون المحاولة مدة من الوقت';
const goesOn = 'يتابع الصندوق من تلقاء نفسه';
const sendAgain = 'أرسله مجددًا';

/** After a preposition. */
const ofTasks = { one: 'مهمة واحدة', two: 'مهمتين', few: '# مهام', many: '# مهمة', other: '# مهمة' };

const faults: FaultWords = {
  'no-api': 'لا يستطيع Video Inbox سؤال هذا المزوّد؛ واستدعاءاته تُقبل رغم ذلك.',
  'no-key': 'لا مفتاح معيّن لهذا المزوّد. عيّن مفتاحًا فيتابع كل ما ينتظره من تلقاء نفسه.',
  'bad-key':
    'لا يقبل المزوّد مفتاحك: إما أنه خاطئ أو أُلغي أو لا يُسمح له بهذا. عيّن مفتاحًا آخر؛ لا يضيع شيء في هذه الأثناء.',
  'no-credits': 'نفد رصيدك. اشحن حسابك لدى المزوّد ثم أعد المحاولة.',
  'key-limit': 'بلغ هذا المفتاح حد إنفاقه. ارفعه لدى المزوّد أو عيّن مفتاحًا آخر.',
  'rate-limited': 'يقول المزوّد إن الطلبات كثيرة جدًا. أعد المحاولة بعد دقيقة.',
  'not-found': 'لا يعرف المزوّد هذه المهمة.',
  invalid: 'لا يقبل المزوّد ما أُرسل.',
  moderated: 'أوقف مرشّح المحتوى لدى المزوّد هذا. غيّر الوصف أو المصدر ثم أعد المحاولة.',
  'input-unreachable': 'لم يتمكن المزوّد من جلب المصدر. يجب أن يكون على عنوان https عام؛ وملفك يُرفع إذا أعطيت مساره.',
  account: 'في حسابك لدى المزوّد شيء ليس على ما يرام، فلا يقبل منك شيئًا. انظر إلى الحساب هناك ثم أعد المحاولة.',
  'too-many-running': 'يُصنع لك الآن كل ما يسمح به حسابك في وقت واحد. انتظر حتى يكتمل فيديو منها ثم أعد المحاولة.',
  'blocked-place':
    'حسابك لدى المزوّد لا يسمح إلا بعناوين معيّنة، وعنوان هذا الحاسوب ليس منها. أضفه هناك ثم أعد المحاولة.',
  maintenance: 'المزوّد تحت الصيانة. أعد المحاولة لاحقًا.',
  server: 'تعطّل شيء لدى المزوّد. أعد المحاولة لاحقًا.',
  ended: 'تخلّى المزوّد عن هذه المهمة.',
  disabled: 'أوقف المزوّد هذه الخدمة.',
  timeout: 'لم يُجب المزوّد في الوقت المناسب.',
  network: 'انقطع الاتصال بالمزوّد، أو لا اتصال أصلًا.',
  certificate:
    'هذا الجهاز لا يثق بشهادة عنوان المزوّد: ربما كانت ساعته غير مضبوطة، أو يقرأ وكيل أو مضاد فيروسات البيانات المشفّرة. المتغيّر NODE_EXTRA_CA_CERTS=FILE في بيئة Video Inbox يسمّي شهادة موثوقة.',
  proxy:
    'تعذّر الوصول إلى الوكيل، أو أنه لا يمرّر شيئًا، فلم يصل شيء إلى المزوّد. تحقّق من الوكيل في إعدادات هذا الجهاز أو إعدادات Video Inbox.',
  unreadable: 'أجاب المزوّد بما لا يمكن فهمه.',
  'no-address': 'لا يُعرف أين يُسأل عن هذه المهمة إلا من جواب طلبها، وقد طُلبت من مكان آخر.',
  interrupted: 'أُنهي Video Inbox قبل أن يجيب المزوّد.',
  stopped: 'أُنهي Video Inbox قبل إرسال الطلب.',
};
const longPause = (minutes: number): string =>
  `يقول المزوّد إن الطلبات كثيرة جدًا ويطلب توقفًا مدته ${minutes < 60 ? `${String(minutes)} دقيقة` : 'ساعة أو أكثر'}. اطلب مجددًا بعد ذلك.`;
const fault = (code: string, said: string | null, pauseMinutes?: number): string => {
  const ours = pauseMinutes === undefined ? faultIn(faults, code) : longPause(pauseMinutes);
  return said === null ? ours : `${ours} قال: ${ended(said)}`;
};
const unreached = (provider: string, why: string): string =>
  `تعذّر الوصول إلى ${providerName(provider)}، فلم يُطلب شيء ولم يُدفع شيء. ${why} اطلب من جديد بعد حلّ ذلك.`;
const refused = (provider: string, code: string, said: string | null, pauseMinutes?: number): string =>
  isUnreached(code)
    ? unreached(provider, fault(code, said))
    : `رفض ${providerName(provider)} الطلب، ولم يُصنع شيء. ${fault(code, said, pauseMinutes)}`;
const refusedBefore = (why: string): string =>
  `${why} هكذا انتهى الطلب بهذا المعرّف؛ والطلب الجديد يحتاج معرّفًا خاصًا به.`;
const formats = { json: 'رسالة JSON', xml: 'رسالة XML', text: 'نصًا' } as const;
const ids = 'data.taskId و data.task_id و taskId و task_id و request_id و data.id و id والأسماء المنتهية بـ id';

export const pack: CorePack = {
  errors: { broken: 'حدث خلل في Video Inbox. فيديوهاتك آمنة على القرص؛ التفاصيل في ملف السجل.' },
  access: {
    notThisServer: 'هذا العنوان ليس عنوان الخادم المحلي.',
    otherSite: 'تُرفض الطلبات القادمة من مواقع أخرى.',
    signIn: 'يحتاج هذا المعرض إلى مفتاحه. افتحه من التطبيق، أو بالعنوان الذي يعرضه «video-inbox status».',
    noCookies:
      'لا يحتفظ هذا المتصفح بملف تعريف ارتباط لهذا العنوان، والمعرض يعرفك به. اسمح بملفات تعريف الارتباط لهذا العنوان في إعدادات المتصفح، ثم افتح المعرض من جديد كما فعلت.',
    scriptKey:
      'هذا المفتاح مخصص للسكربتات: فهو لا ينشئ مفاتيح ولا يضبط أسرارًا ولا يجعل هذا الصندوق نسخة من صندوق آخر. لم يتغير شيء؛ افعل ذلك في المعرض أو بأحد أوامر video-inbox.',
    twinKey:
      'هذا المفتاح مخصص لنسخ هذا الصندوق (التوائم) ولا يفتح شيئًا هنا. تحتاج السكربتات إلى مفتاح خاص بها: ينشئه الأمر "video-inbox api-key new".',
    callTooLarge: 'الاستدعاء كبير جدًا.',
    noArguments: 'يحتاج الاستدعاء إلى قائمة JSON من المعاملات في متنه.',
  },
  callbacks: {
    noUrlAtAll: 'لا يوجد رابط استدعاء',
    labelLength: (most) => `يلزم رابطَ الاستدعاء اسم طوله من 1 إلى ${number(most)} من المحارف.`,
    unknownProvider: (name) => `لا يوجد مزوّد باسم «${name}».`,
    noSuchUrl: 'لم يعد رابط الاستدعاء هذا موجودًا.',
    filmNotStored: `تعذّر حفظ الفيديو الذي في الاستدعاء؛ ${sendAgain}.`,
    noSuchRequest: (n) => `لم يعد الطلب ${n} في القائمة.`,
    nothingToReplay: 'القارئ الحالي أيضًا لا يجد مهمة في هذا المحتوى، فلم يتغيّر شيء.',
    forwardTo: (given) => `«${given}» ليس عنوانًا مثل http://localhost:3000/hooks/kie.`,
    unknownSample: (id, known) => `لا يوجد استدعاء نموذجي لـ «${id}». المعروف: ${known}.`,
    sampleUnreadable: 'تعذّرت قراءة استدعاء نموذجي',
    testNotArrived: 'لم يصل الاستدعاء التجريبي إلى الصندوق، فلن يصل استدعاء حقيقي أيضًا. تحقّق من النفق ثم أعد المحاولة.',
    testRefused:
      'أُجيب الاستدعاء التجريبي بالرمز 404، فقد يُرفض استدعاء حقيقي أيضًا. إما أن شيئًا آخر يجيب على العنوان العام، أو أن إعداداتك لا تسمح بالتسليم إلا لبعض العناوين (callbacks.allowAddresses) وعنوان هذا الجهاز ليس منها.',
    testAnswered: (status, answer) =>
      `أُجيب الاستدعاء التجريبي بالرمز ${status}، فقد يُرفض استدعاء حقيقي أيضًا: ${answer}`,
  },
  commands: {
    unknownCall: (name) => `لا يوجد نداء باسم «${name}».`,
    callNotUnderstood: (name, where, problem) => `لا يمكن فهم النداء «${name}»: ${where}: ${problem}.`,
    missing: (what) => `ينقص ${what}. يعرض «video-inbox help» كيف يُكتب كل أمر.`,
    filmGone: (file) => `لم يعد ${file} موجودًا. يذكر «video-inbox doctor» ما ينقص غيره.`,
    programFileMissing: (file) =>
      `ينقص ملف من ملفات Video Inbox نفسه (${file})، فلا يمكن تشغيل هذا الأمر. لم تُمسّ فيديوهاتك. ثبّت Video Inbox من جديد؛ وفي نسخة من الشيفرة شغّل «npm run build».`,
    outputLost: (reason) => `تعذّرت كتابة المخرجات: ${reason}. اكتبها في مكان آخر ثم حاول مجددًا.`,
    orderOutputLost: (reason) =>
      `تعذّرت كتابة ما آل إليه الطلب: ${reason}. لا تطلبه مجددًا قبل أن تنظر: يعرضه «video-inbox list» إن كان قد طُلب.`,
    madeAllTheSame: (key) => `ومع ذلك أُرسل الطلب وقُبل؛ فلا تطلبه مجددًا. ينتظر «video-inbox wait ${key}» فيديوهاته.`,
    bodyCut: (n) => `لم يُحفظ من الطلب ${n} إلا أوله، فلا يمكن قراءته أو إرساله مجددًا.`,
    bodyNotKept: (n) => `لم يُحفظ محتوى الطلب ${n}، فلا يمكن قراءته أو إرساله مجددًا.`,
    arguments: 'المعطيات',
    surplus: (argument) => `«${argument}» معطى زائد.`,
    notBoth: (one, other) => `لا يجتمع ‎--${one} مع ‎--${other}. احذف أحدهما.`,
    flagMustBe: (flag, meaning, given) => `يجب أن يكون --${flag} ${meaning}، لا «${given}».`,
    unknownCommand: (name, known, likely) =>
      `لا يوجد أمر باسم «${name}».${likely === null ? '' : ` هل تقصد «${likely}»؟`} الأوامر المعروفة: ${known}. يشرح «video-inbox help» كلًا منها.`,
    unknownApiKeyCommand: (what) =>
      `${what === '' ? 'قل ما يُفعل بالمفاتيح' : `لا يوجد «api-key ${what}»`}؛ المعروف: api-key new, list, revoke ID.`,
    unknownScope: (given) => `يجب أن يكون ‎--scope إما «local» أو «twin»، لا «${given}».`,
    noLibrary: (dataDir) =>
      `لا توجد مكتبة في ${dataDir} بعد. ينشئ «video-inbox serve» واحدة هناك؛ ويحدد ‎--data-dir مكانًا آخر.`,
    exportTaken: (file) => `${file} موجود من قبل ويبقى كما هو. اختر مجلدًا فارغًا باستخدام ‎--to.`,
    exportRefused: (folder, reason) => `لا يمكن كتابة النسخ في ${folder}: ${reason}. اختر مجلدًا آخر بـ ‎--to.`,
    exportInside: (folder) => `${folder} موضع ملفات المكتبة نفسها، فلم يُنسخ شيء. اختر بـ ‎--to مجلدًا خارج المكتبة.`,
    exportWhere: 'قل أين توضع النسخ: --to DIR.',
    notExported: (id) => `لا مهمة «${id}» في هذه المكتبة، فلم يُصدَّر شيء.`,
    unknownState: (known, given) => `يجب أن يكون ‎--state واحدًا من ${known}، لا «${given}».`,
    searchTooLong: (most, given) => `أقصى طول للبحث بالأحرف: ${most}، وطول هذا: ${given}. احذف بعض الكلمات.`,
    noSuchRequest: (n) => `لا يوجد طلب ${n}؛ يسردها «video-inbox requests».`,
    noRequestNumber: (given) => `«${given}» ليس رقم طلب؛ يسردها «video-inbox requests».`,
    notInLibrary: (id) => `لا مهمة «${id}» في هذه المكتبة. يعرض «video-inbox list» ما فيها.`,
    overBudget: (cost, budget, where) =>
      `يكلّف هذا عادةً ${number(cost)} من الرصيد، أكثر من ${number(budget)} في ${where}، فلم يُطلب شيء. اطلبه بقيمة أكبر لـ ${where} أو من دونه.`,
    costUnknown: (where) =>
      `لا تُعرف هنا كلفة هذا، فلا يمكن التزام ${where}، ولم يُطلب شيء. انظر السعر لدى المزوّد واطلبه من دون ${where}: يُعرف السعر حين تأتي نتيجته.`,
    paramForm: (given) => `يجب أن يكون ‎--param بصيغة NAME=JSON، مثل seed=7، لا «${given}».`,
    tagWhat: 'قل ما يتغيّر: --add TAG أو ‎--remove TAG أو كلاهما.',
    notTagged: (id) => `لا مهمة «${id}» في هذه المكتبة، فلم يُوسم شيء.`,
    unknownTunnelCommand: (what) => `لا يوجد «tunnel ${what}»؛ المعروف: tunnel set-token.`,
    notHere: (key, n) =>
      `الفيديو ${n} من ${key} محفوظ، لكن ليس على هذا الحاسوب. يجلبه إلى هنا «video-inbox export ${key} --to DIR».`,
    despiteFailure: (place) => `ومع ذلك سمّى المزوّد فيديو، وهو هنا: ${place}`,
    filmToCome: (key) => `ومع ذلك سمّى المزوّد فيديو، وهو قيد التنزيل. يخبر «video-inbox show ${key}» بما آل إليه.`,
    draftHere: (place) => `ما عرضه المزوّد أثناء الإنشاء موجود هنا؛ قد يكون مسودة: ${place}`,
    notKnown: (id) => `لا يعرف هذا الصندوق مهمة «${id}».`,
    linkToNothing: (place) => `${place} رابط إلى ما ليس موجودًا، فلم يُستورد. أعد ما يشير إليه، أو سمِّ الفيديو نفسه.`,
    noSuchPath: (place) => `لا يوجد ملف أو مجلد ${place}، فلم يُستورد شيء.`,
    nameNotUtf8: (place) =>
      `اسم ${place} غير مكتوب بترميز UTF-8، فلا يمكن فتحه ولم يُستورد منه شيء. غيّر اسمه ثم استورده من جديد.`,
    notRead: (place, reason) => `${place}: ${reason}`,
    settingsUsage: 'قل ما يُفعل: «settings list» أو «settings set NAME VALUE» (VALUE «usual»: ما يسري حين لا يُعيَّن شيء).',
    unknownSetting: (word, known) => `لا يوجد إعداد باسم «${word}». الأسماء المعروفة: ${known}.`,
    storeUsage: 'قل إلى أين: video-inbox store move --to s3://bucket/folder?endpoint=…&region=… أو ‎--to disk.',
    noShelf: 'لا يوجد مخزن تُعاد منه الفيديوهات. عيّن VIDEO_INBOX_STORE_URL على المكان الذي هي فيه.',
    otherBytes: (name) =>
      `محتوى ${name} في أحد الجانبين يختلف عنه في الآخر. بقي الملف في مكانه، ولم يُحذف شيء لم تجرِ مقارنته. أعد المحاولة؛ وإن تكرر ذلك فالقرص أو الخادم الذي يحفظ الفيديوهات معطوب.`,
    credits: 'عددًا من الرصيد',
    wholeNumber: 'عددًا صحيحًا لا يقل عن 1',
    orderId: 'من 8 إلى 100 حرف ورقم ونقطة وشرطة',
    seconds: 'عددًا من الثواني',
    noSuchArgument: (name, known) =>
      `لا يوجد وسيط باسم «${name}»، فلم يُفعل شيء. المعروف منها: ${known === '' ? 'لا شيء' : known}.`,
    argumentMissing: (name, known) => `الوسيط «${name}» مفقود، فلم يُفعل شيء. المعروف منها: ${known}.`,
    argumentsUnnamed: (known) =>
      `يجب أن تكون الوسائط كائنًا واحدًا يسمّي كلًّا منها، فلم يُفعل شيء. المعروف منها: ${known === '' ? 'لا شيء' : known}.`,
    noSuchTool: (name, known) => `لا توجد أداة باسم «${name}»، فلم يُفعل شيء. الموجود: ${known}.`,
    promptTooLong: (most, total) =>
      `يتسع الوصف لما يصل إلى ${number(most)} حرف، وفي هذا ${number(total)}. احذف بعض الكلمات؛ لم يُطلب شيء.`,
    argumentNotUnderstood: (where, problem) => `${where}: ${problem}.`,
  },
  config: {
    flagUnknown: (flag, known) => `لا يوجد خيار باسم ‎${flag}. الخيارات المعروفة: ${known}.`,
    flagNeedsValue: (flag) => `يحتاج ‎${flag} إلى قيمة، وما يبدأ بـ «-» يُكتب ‎${flag}=…`,
    flagTakesNoValue: (flag) => `لا يأخذ ‎${flag} قيمة.`,
    dataDirEmpty: 'يجب أن يسمّي ‎--data-dir مجلدًا؛ وهو فارغ.',
    port: (flag, given) => `يجب أن يكون --${flag} رقم منفذ من 0 إلى 65535 (0 = أي منفذ متاح)، لا «${given}».`,
    syncCert: '--sync-cert و ‎--sync-key متلازمان: شهادة ومفتاحها، ملفّين بصيغة PEM.',
    syncHost: (given) => `يجب أن يكون ‎--sync-host عنوانًا لهذا الجهاز مثل 0.0.0.0، لا «${given}».`,
    syncAlone: (flag) => `لا أثر لـ ‎--${flag} من دون ‎--sync-port: فلن يُفتح منفذ للنسخ. أضف ‎--sync-port أو احذفه.`,
    twinMedia: (given) => `يجب أن يكون ‎--twin-media إما «all» أو «starred» أو «opened»، لا «${given}».`,
    twinMaxMib: (given) => `يجب أن يكون ‎--twin-max-mib عددًا من MiB، لا «${given}».`,
    cacheMib: (given) => `يجب أن يكون VIDEO_INBOX_CACHE_MIB عددًا صحيحًا من MiB (0 = لا يُحفظ شيء هنا)، لا «${given}».`,
    seconds: (flag, given) => `يجب أن يكون --${flag} عددًا من الثواني، لا «${given}».`,
    tunnel: (given) => `يجب أن يكون ‎--tunnel إما «none» أو «ngrok»، لا «${given}».`,
    address: (flag, given) => `يجب أن يكون --${flag} عنوانًا مثل https://inbox.example.com، لا «${given}».`,
    host: (flag, given) => `يجب أن يكون --${flag} مضيفًا أو host:port مثل 192.168.1.5:8080، لا «${given}».`,
    requireSignature: (known, given) =>
      `يجب أن يكون ‎--require-signature إما «none» أو «all» أو مزوّدين بينهم فواصل (${known})، لا «${given}».`,
    logLevel: (known, given) => `يجب أن يكون ‎--log-level واحدًا من ${known}، لا «${given}».`,
    portTaken: (port, name, isForbidden, flag) =>
      `المنفذ ${port} لمستقبِل ${name} ${isForbidden ? 'لا يُسمح لهذا المستخدم باستعماله' : 'يستعمله برنامج آخر'}. أوقف ذلك البرنامج أو اختر منفذًا آخر باستخدام --${flag} (0 = أي منفذ متاح).`,
    unknownSecret: (name) => `لا يوجد سر باسم «${name}».`,
    secretOfEnvironment: 'يأتي هذا السر من البيئة؛ غيّره هناك ثم ابدأ من جديد.',
    senderAddress: (given) =>
      `«${given}» ليس عنوانًا، فلم يتغيّر شيء. أعطِ عناوين مثل 203.0.113.9 أو نطاقات مثل 203.0.113.0/24.`,
    apiBase: (given) => `يجب أن يكون ‎--api-base بصيغة PROVIDER=URL، مثل kie=https://…، لا «${given}».`,
    apiBaseUnknown: (name, known) =>
      `لا يوجد مزوّد باسم «${name}» يمكن أن يكون لواجهته عنوان آخر. الأسماء المعروفة: ${known}.`,
    apiBaseAddress: (source, given) => `يجب أن يسمّي ${source} عنوانًا مثل https://api.example.com، لا «${given}».`,
    unknownApiKey: (id) => `لا يوجد مفتاح «${id}»؛ يعرضها «video-inbox api-key list».`,
    keysUnreadable: (file) => `تعذّرت قراءة ملف مفاتيحك (${file}). أصلحه أو أزله ثم ابدأ من جديد؛ لا تُمسّ فيديوهاتك.`,
    caFile: (file) => `تعذّرت قراءة ملف CA وهو ${file} (VIDEO_INBOX_NGROK_CA_FILE).`,
    storeKeys:
      'مخزن الفيديوهات على S3، لكن مفاتيحه غير معيّنة. عيّن AWS_ACCESS_KEY_ID و AWS_SECRET_ACCESS_KEY، أو اكتبها في ~/.aws/credentials ‏(AWS_PROFILE).',
    storeUrlProblems: {
      form: 'يجب أن يكون مثل s3://bucket/folder?endpoint=https://…&region=…',
      keysInside: 'يجب ألا يحوي مفاتيح؛ فهي تأتي من AWS_ACCESS_KEY_ID و AWS_SECRET_ACCESS_KEY.',
      endpoint:
        'يجب أن يكون endpoint فيه عنوان خادم http أو https، بلا شيء بعد المضيف والمنفذ: https://s3.example.com:9000',
      fields: 'بعد «?» يجوز endpoint=… و region=… و pathStyle=1 وبينها «&»، ولا شيء غير ذلك.',
      folder: 'يجب ألا يحوي المجلد «..»، وما له معنى آخر في العنوان يُكتب هكذا: % تصبح %25 و # تصبح %23 و ? تصبح %3F.',
    },
    storeUrl: (why) => `لا يمكن استعمال VIDEO_INBOX_STORE_URL. ${why}`,
    shelf: {
      keys: 'خادم S3 لا يقبل هذه المفاتيح لهذه الحاوية. تحقّق من AWS_ACCESS_KEY_ID و AWS_SECRET_ACCESS_KEY ومما يُسمح لهما به.',
      bucket: 'ليست لدى خادم S3 حاوية بهذا الاسم. تحقّق من VIDEO_INBOX_STORE_URL.',
      region: 'هذه الحاوية في منطقة أخرى من خادم S3. تحقّق من المنطقة في VIDEO_INBOX_STORE_URL.',
      regionIs: (region) =>
        `هذه الحاوية في المنطقة ${region} من خادم S3. اكتب region=${region} في VIDEO_INBOX_STORE_URL.`,
      leadsTo: (origin) =>
        `عنوان خادم S3 يحيل إلى ${origin}. تحقّق من endpoint في VIDEO_INBOX_STORE_URL؛ فقد يحتاج إلى https بدل http.`,
      expired:
        'انتهت صلاحية مفاتيح خادم S3. اكتب مفاتيح جديدة في ~/.aws/credentials حيث تُقرأ تلقائيًا؛ أو عيّن AWS_ACCESS_KEY_ID و AWS_SECRET_ACCESS_KEY و AWS_SESSION_TOKEN وشغّل Video Inbox من جديد.',
      archived:
        'نقل خادم S3 هذا الفيديو إلى أرشيف. لم يُفقد: استعده هناك («aws s3api restore-object») واستثن المجلد من تلك القاعدة، وعندئذ يمكن مشاهدته ونسخه من جديد.',
      tooLarge: (status, word) =>
        `لا يقبل خادم S3، أو وكيل أمامه، طلبًا بهذا الحجم (${String(status)} ${word}). اجعله يقبل 64 MiB دفعة واحدة (nginx: client_max_body_size 64m): يُرسل ما ينتظر عندئذ تلقائيًا.`,
      full: (status, word) => `لم تعد في خادم S3 مساحة (${String(status)} ${word}). أفرغ مساحة هناك أو ارفع حدّه.`,
      busy: (status, word) =>
        `خادم S3 مشغول أو معطّل (${String(status)} ${word}). يُسأل من جديد تلقائيًا؛ فإن دام ذلك فانظر في الخادم.`,
      certificate: (word) =>
        `هذا الجهاز لا يثق بشهادة خادم S3 (${word}). إن كانت شهادتك فاجعل NODE_EXTRA_CA_CERTS يحدّد ملف جهة إصدارها وشغّل Video Inbox من جديد.`,
      plain:
        'خادم S3 لا يستعمل https على هذا العنوان. تحقّق من endpoint في VIDEO_INBOX_STORE_URL: ‏http أو https، ومن المنفذ.',
      proxy: (host, errno) =>
        `تعذّر الوصول إلى خادم S3: الوكيل ${host} لا يمرّر شيئًا (${errno}). تحقّق من الوكيل في إعدادات هذا الجهاز أو إعدادات Video Inbox، أو اذكر مضيف الخادم في NO_PROXY.`,
      clock: 'خادم S3 يرفض لأن ساعة هذا الجهاز خاطئة. اضبطها.',
      away: 'لا يمكن الوصول إلى خادم S3 الذي يحدّده VIDEO_INBOX_STORE_URL. تحقّق من العنوان ومن أن الخادم يعمل.',
      other: (status, word) => `خادم S3 يرفض (${String(status)} ${word}).`,
    },
    shelfTrouble: (why) =>
      `${why} تُجلب الفيديوهات رغم ذلك وتنتظر على هذا الجهاز حتى يقبلها، وعندئذ يمكن مشاهدة ما هو محفوظ هناك من جديد.`,
  },
  desktopFailures: {
    notOnDisk: 'هذا الفيديو ليس على القرص بعد. انتظره، أو استخدم «إعادة المحاولة» في مهمته.',
    onShelf: (place) =>
      `هذا الفيديو ليس على هذا الحاسوب بل في المخزن، باسم ${place}. استخدم «تنزيل» في مهمته ليصبح هنا.`,
    noFile: 'ملف هذا الفيديو مفقود. استخدم «إعادة المحاولة» في مهمته لجلبه مجددًا.',
    notOpened: (reason) => `تعذّر على النظام فتح الفيديو: ${reason}. هو آمن على القرص؛ جرّب «إظهار في المجلد».`,
    profileRefused: (profile, temporary) =>
      `لا يستطيع Video Inbox الكتابة في أحد مجلديه: ${profile} أو ${temporary}. أفرغ بعض المساحة هناك أو اسمح بالكتابة، ثم شغّله مجددًا. لا تُمسّ مكتبتك.`,
    noClipboard: 'لم يقبل النظام الملف. استخدم «إظهار في المجلد» وانسخه من هناك.',
    keysRefused:
      'تعذّرت قراءة مفتاح محفوظ الآن: ترفضه سلسلة مفاتيح النظام. يبقى محفوظًا ويُعاد المحاولة عند البدء التالي؛ افتح قفل سلسلة المفاتيح، أو أدخل المفتاح مجددًا في الإعدادات.',
    forbidden: 'لم يأتِ هذا النداء من نافذة Video Inbox، لذا رُفض.',
    malformed: 'شكل هذا النداء غير صحيح، لذا رُفض. لم يتغيّر شيء.',
  },
  doctor: {
    strayFile: (file) => `لا يخص ${file} أي مهمة. يبقى في مكانه؛ انقله إن لم تكن بحاجة إليه.`,
    otherLibrary: (count) =>
      `مكتبة أخرى تحفظ فيديوهاتها أيضًا في هذا المجلد على S3. ملفات لا تخص أي مهمة في هذه المكتبة وقد تكون لتلك: ${String(count)}. اتركها في مكانها. مكتبتان تتقاسمان مجلدًا قد تفقد إحداهما فيديوهات الأخرى إذا تطابق معرّف المهام، فأعطِ إحداهما مجلدًا خاصًا بها.`,
    journalLine: (file, offset, size) =>
      `تعذّرت قراءة سطر من دفتر الأحداث (${file}، البايت ${String(offset)}، الحجم ${String(size)} بايت). سائر الأحداث سليمة؛ وما قاله ذلك السطر ضاع ما لم يتصل المزوّد مجددًا.`,
    journalGap:
      'بعض الأحداث لم تعد في دفتر الأحداث، كما يحدث حين يضيع ملف منه أو توضع مكانه نسخة أقدم. ما زال محفوظًا ما يعرفه الفهرس عنها، فلا تحذف المجلد index؛ ونسخة احتياطية من المجلد journal تعيدها كلها.',
    indexOnly: (n) =>
      `يعرف الفهرس ${count(n, ofTasks)} لا يذكر دفتر الأحداث عنها شيئًا. هي محفوظة، فلا تحذف المجلد index؛ ونسخة احتياطية من المجلد journal تعيد ما ضاع منه.`,
    laterVersion: (n, type, version) =>
      `أحداث من النوع «${type}» (الصيغة ${String(version)}) جاءت من إصدار أحدث لهذا البرنامج: ${count(n, { one: 'حدث واحد', two: 'حدثان', few: '# أحداث', many: '# حدثًا', other: '# حدث' })}، حُفظت وتُخطّيت. يقرأ ما تقوله ذلك الإصدار أو ما بعده.`,
    eventNotUnderstood: (n, type) =>
      `عطّل الحدث ${String(n)} («${type}») البرنامج حين كانت تُبنى منه مهمته، فبقيت تلك المهمة كما كانت. في السجل تفاصيل أكثر؛ والحدث محفوظ، ويمكن لتحديث أن يقرأه مجددًا.`,
    indexPage: 'كانت صفحة من الفهرس تالفة. وُضعت جانبًا وبُنيت من جديد من دفتر الأحداث؛ لم يضع شيء.',
    indexUnsaved: (reason) =>
      `بُني الفهرس من جديد، لكن القرص لم يقبله (${reason}). لم يضع شيء: يقرأ التشغيل القادم دفتر الأحداث كله. أفرغ مساحة أو افحص القرص ثم شغّل هذا مجددًا.`,
    indexDiffers: (n) => `قال الفهرس غير ما يقوله دفتر الأحداث عن ${count(n, ofTasks)}. بُني من جديد من دفتر الأحداث.`,
    missingVideo: (file) => `لم يعد ${file} على القرص. افتح المهمة واختر «إعادة المحاولة» لجلبه ما دام رابطه حيًا.`,
    missingYet: (file, names) =>
      `${file} ليس في المخزن. قد يكون من الفيديوهات الموجودة على قرص جهاز واحد فقط والتي تنتقل منه إلى المخزن تلقائيًا: ${names}. شغّل هذا مجددًا حين لا يذكر "video-inbox status" أي جهاز، ولا تجلبه مجددًا قبل ذلك.`,
    withheldVideo: (file, why) => `تعذّر فحص ${file}. ${why}`,
    changedVideo: (file) => `${file} ليس الملف الذي حُفظ: يختلف حجمه أو بصمته. إن لم تغيّره أنت فانقله واجلبه مجددًا.`,
  },
  downloads: {
    reasons: {
      gone: ({ host, status }) =>
        status === 404 || status === 410
          ? `يقول ${host} إن هذا الملف لم يعد هناك (${status})، فالأرجح أن رابطه انتهى. إن أمكن المزوّدَ إنشاء رابط جديد فأعد المحاولة به.`
          : `يقول ${host} إن هذا الرابط انتهى (${status}). إن أمكن المزوّدَ إنشاء رابط جديد فأعد المحاولة به.`,
      forbidden: ({ host, status }) =>
        status === 403 || status === 406
          ? `لا يسمح لنا ${host} بجلب هذا الملف (${status})، ولا حين نطلبه كما يطلبه المتصفح. الأرجح أن رابطه انتهى أو أن المضيف يرفض البرامج. افتح الرابط في متصفح أو أعد المحاولة برابط جديد.`
          : `لا يسمح لنا ${host} بجلب هذا الملف (${status}). الأرجح أن رابطه انتهى أو أنه يحتاج إلى مفتاح API. أعد المحاولة برابط جديد.`,
      'not-there-yet': ({ host, status }) =>
        `الملف ليس هناك بعد: ${host} ${status === null ? 'ليس لديه إلا جزء منه' : `يجيب ${status}`}. كثيرًا ما تسبق الاستدعاءات المخزن الذي وراءها؛ يسأل Video Inbox مجددًا من تلقاء نفسه.`,
      'bad-url': () => 'أرسل المزوّد رابطًا ليس عنوان ويب، فلا شيء يُجلب.',
      'inline-lost': () =>
        'جاء الفيديو داخل الاستدعاء، ولم تعد بايتاته في مجلد البيانات. اطلب من المزوّد إرسال الاستدعاء مجددًا، أو أرفق الملف.',
      'not-http': ({ scheme }) =>
        `يقود الرابط إلى عنوان يبدأ بـ ${scheme}://، ولا تُجلب الفيديوهات إلا من روابط https وhttp. اطلب من المزوّد رابط https.`,
      'url-with-password': () =>
        'يحمل الرابط اسم مستخدم أو كلمة مرور، ولا يرسلهما Video Inbox إلى أي مكان. لم يُجلب شيء.',
      'private-address': ({ host }) =>
        `يؤدي الرابط إلى ${host}، وهو داخل شبكة خاصة، فلم يُجلب شيء. إن كان خادمًا لك فابدأ Video Inbox مع ‎--allow-host ${host}.`,
      'private-from-here': ({ host }) =>
        `يؤدي ${host} من هنا إلى شبكة خاصة، فلم يُجلب شيء. يحدث ذلك حين تطلب الشبكة تسجيل الدخول أولًا: سجّل الدخول فيها عبر المتصفح. إن كان خادمًا لك فابدأ Video Inbox مع ‎--allow-host ${host}.`,
      'too-many-redirects': ({ host, limit }) =>
        `حوّلنا ${host} أكثر مما يُسمح به (الحد ${limit}) دون أن يعطي الملف. أعد المحاولة لاحقًا أو اجلبه في متصفح.`,
      'bad-redirect': ({ host }) => `حوّلنا ${host} إلى عنوان ليس عنوان ويب. أعد المحاولة لاحقًا.`,
      'too-large': ({ limitBytes }) =>
        `الملف أكبر من الحد ${bytes(limitBytes)}، فلم يُجلب. ارفع «أكبر فيديو» في الإعدادات ثم أعد المحاولة.`,
      'web-page': ({ host, title }) =>
        `أرسل ${host} صفحة ويب${title === '' ? '' : ` («${title}»)`} بدل الفيديو. ربما انتهى الرابط؛ افتحه في متصفح لترى ما تقوله.`,
      'text-answer': ({ host, format, excerpt }) =>
        `أرسل ${host} ${formats[format]} بدل الفيديو${excerpt === '' ? '' : `: ${excerpt}`}. ربما انتهى الرابط؛ أعد المحاولة برابط جديد.`,
      playlist: ({ host }) =>
        `أعطى ${host} قائمة تشغيل بدل الفيديو: قائمة أجزاء لمشغّل، لا ملفًا. اطلب من المزوّد ملف mp4، أو اجلبه بأداة تجمع الأجزاء.`,
      image: () => 'أعطى الرابط صورة بدل الفيديو. افتح الرابط في متصفح لتراها.',
      'other-file': ({ what }) => `أعطى الرابط ملف ${what} بدل الفيديو. افتح الرابط في متصفح لجلبه.`,
      'unknown-file': () => 'ما أعطاه الرابط ليس فيديو يعرفه Video Inbox. افتح الرابط في متصفح لتراه.',
      'not-an-image': () => 'لم يعطِ رابط المعاينة صورة.',
      empty: ({ host }) => `أرسل ${host} ملفًا فارغًا. أعد المحاولة لاحقًا؛ فربما لا يزال المزوّد يكتبه.`,
      'cut-short': () => 'ينتهي الفيديو قبل أوانه: جزء من الملف ناقص على الخادم. أعد المحاولة لاحقًا.',
      'no-index': () =>
        'ليس في الفيديو فهرس (moov)، فلا يستطيع أي مشغّل فتحه. ربما لا يزال المزوّد يكتبه؛ أعد المحاولة لاحقًا.',
      'no-pictures': () => 'ليس في الفيديو صور. ربما لا يزال المزوّد يكتبه؛ أعد المحاولة لاحقًا.',
      'trailing-data': ({ extraBytes }) =>
        `بعد الفيديو ${bytes(extraBytes)} لا تخص أي جزء منه، فلم يُحفظ الملف. افتح الرابط في متصفح لترى ما هو.`,
      'wrong-length': ({ host, gotBytes, promisedBytes }) =>
        `وعد ${host} بـ ${bytes(promisedBytes)} وأرسل ${bytes(gotBytes)} في كل مرة، فالفيديو غير كامل. أعد المحاولة لاحقًا.`,
      'other-checksum': ({ host }) =>
        `ما أرسله ${host} له مجموع تحقق غير الذي يذكره، فقد يكون الفيديو تالفًا ولا يُعدّ محفوظًا. أعد المحاولة لاحقًا؛ فإن لم يتغير شيء فافتح الرابط في متصفح، وأرفق الملف إن أمكن تشغيله.`,
      'ended-early': ({ host, gotBytes, promisedBytes }) =>
        `وعد ${host} بـ ${bytes(promisedBytes)} وأرسل ${bytes(gotBytes)}، فالفيديو غير كامل.`,
      'broken-encoding': ({ host }) => `تعذّر فك ضغط ما أرسله ${host}. أعد المحاولة لاحقًا.`,
      'packed-bomb': ({ host }) =>
        `ما أرسله ${host} يصير بعد فك ضغطه أكبر بكثير من أي فيديو، فلم يُحفظ. افتح الرابط في متصفح لترى ما هو.`,
      'disk-full': ({ neededBytes }) =>
        `المساحة على القرص لا تكفي${neededBytes === null ? '' : ` (يلزم ${bytes(neededBytes)} أخرى)`}. ما جُلب محفوظ؛ ويتابع التنزيل من تلقاء نفسه حين تتوفر مساحة.`,
      'disk-error': ({ errno }) =>
        isOfDisk(errno)
          ? `تعذّرت كتابة الفيديو على القرص (${errno}). ما جُلب محفوظ؛ ويتابع التنزيل من تلقاء نفسه حين يعمل القرص.`
          : `تعذّر حفظ الفيديو على خادم S3 (${errno}). لقد جُلب وينتظر على هذا الجهاز؛ ويُحفظ هناك من تلقاء نفسه حالما يقبله الخادم.`,
      'report-failed': () => 'الفيديو على القرص، لكن المكتبة لم تتمكن من تسجيله. يُعاد ذلك من تلقاء نفسه.',
      'no-connection-in-time': ({ host }) => `لم يقبل ${host} اتصالنا في الوقت المناسب.`,
      'no-answer-in-time': ({ host }) => `قبل ${host} الطلب لكنه لم يجب في الوقت المناسب.`,
      stalled: ({ host }) => `توقف ${host} عن الإرسال في وسط الملف.`,
      'too-slow': ({ host }) => `يرسل ${host} ببطء شديد حتى إن فيديوهات أخرى ستنتظر وراءه.`,
      'took-too-long': ({ host }) => `يرسل ${host} ببطء شديد حتى طال التنزيل أكثر مما ينبغي.`,
      'no-such-host': ({ host }) => `تعذّر العثور على العنوان ${host}. تحقّق من الاتصال بالإنترنت.`,
      'untrusted-certificate': ({ host }) => `شهادة ${host} غير صالحة، فلم يُوثق بالاتصال.`,
      'connection-cut': ({ host }) => `انقطع الاتصال بـ ${host} قبل اكتمال الملف.`,
      'connection-refused': ({ host }) => `لا يقبل ${host} اتصالات الآن.`,
      'connection-failed': ({ host, errno }) => `فشل الاتصال بـ ${host} (${errno}).`,
      'proxy-failed': ({ host, errno }) =>
        `تعذّر الوصول إلى الوكيل ${host} (${errno}). تحقّق من الوكيل في إعدادات هذا الجهاز أو إعدادات Video Inbox.`,
      'daily-limit': ({ limitBytes }) =>
        `جلبت الروابط الواردة عبر رابط الاستدعاء هذا اليوم ${bytes(limitBytes)}، وهذا هو الحد. يتابع التنزيل غدًا من تلقاء نفسه؛ والحد في الإعدادات.`,
      'server-error': ({ host, status }) => `لدى ${host} مشكلة خاصة به (${status}).`,
      'too-many-requests': ({ host }) => `يطلب منا ${host} الانتظار (429).`,
      'unexpected-status': ({ host, status }) => `أعطى ${host} جوابًا لا معنى له هنا (${status}).`,
      internal: () =>
        'تعطّل شيء في Video Inbox وهو يجلب هذا الفيديو، فتوقف عن المحاولة. في السجل تفاصيل أكثر؛ أعد المحاولة بعد التحديث القادم أو اجلب الفيديو في متصفح.',
    },
    givenUp: (sentence, attempts) =>
      `${sentence} توقف Video Inbox عن المحاولة بعد ${count(attempts, { one: 'محاولة واحدة', two: 'محاولتين', few: '# محاولات', many: '# محاولة', other: '# محاولة' })}؛ ما جُلب محفوظ. تحقّق من الاتصال وأعد المحاولة.`,
    waits: {
      places: 'ينتظر دوره: تُجلب فيديوهات أخرى.',
      host: 'ينتظر دوره: تُجلب فيديوهات أخرى من المضيف نفسه.',
      held: 'طلب منا مضيفه أن ننتظر لحظة.',
      later: 'ينتظر محاولته التالية.',
      paused: 'التنزيلات متوقفة مؤقتًا.',
    },
  },
  host: {
    notAProxy: (text) => `«${text}» ليس عنوان وكيل، فلم يتغيّر شيء. أعطِ عنوانًا مثل http://127.0.0.1:7890.`,
    proxyWithPassword:
      'تُحفظ الإعدادات نصًا مكشوفًا، فلا مكان فيها لوكيل بكلمة مرور، ولم يتغيّر شيء. عيّن بدل ذلك HTTPS_PROXY في بيئة Video Inbox.',
    crashed: (logFile) =>
      `صادف Video Inbox خطأ منه هو فتوقف، كي لا يقبل شيئًا قد يضيع. كل استدعاء أُجيب موجود على القرص؛ شغّله مجددًا. ${logFile === null ? '' : `ما حدث مكتوب في ${logFile}.`}`.trim(),
    closing: 'Video Inbox قيد الإغلاق، فلا يقبل نداءات أخرى. لم يتغيّر شيء.',
    closeFailed: 'لم يكتمل الإغلاق. كل استدعاء أُجيب موجود على القرص؛ ويُبنى الباقي من جديد في التشغيل القادم.',
    incomplete: (file) => `تثبيت Video Inbox هذا غير كامل: ينقص ${file}. ثبّته مجددًا؛ لا تُمسّ فيديوهاتك.`,
    settingsRefused: (names) =>
      `يحوي settings.json ما لا يمكن تعيينه (${names})، فيُستخدم له المعتاد، والباقي كما اخترته. اختره من جديد؛ وعندها يُحفظ الملف القديم.`,
    settingsUnread: (aside) =>
      `تعذّرت قراءة settings.json، فتُستخدم الإعدادات المعتادة. لم تُمسّ فيديوهاتك. الملف القديم محفوظ باسم ${aside}. عيّن من جديد ما كنت قد اخترته، والعنوان العام أولًا.`,
    urlsLost: (file) =>
      `تعذّرت قراءة قائمة عناوين الاستدعاء (${file}) ونسختها، فصار هناك عنوان استدعاء جديد، وتُرفض الاستدعاءات إلى العناوين السابقة. أعطِ الجديد لكل من يرسل استدعاءات. لم تُمسّ فيديوهاتك؛ القائمتان القديمتان محفوظتان بجانب الجديدة.`,
    settingsUnreadable: (file, code) =>
      `لا يمكن قراءة ${file} (${code})، ومن دون إعداداتك لا يبدأ الصندوق؛ لم يتغير شيء. اسمح لهذا المستخدم بقراءة الملف، أو انقله بعيدًا لتبدأ بالإعدادات المعتادة.`,
    settingsNotSaved: (reason) => `تعذّر حفظ الإعدادات: ${reason}. تبقى القديمة سارية.`,
    keysBroken: (file) =>
      `تعذّرت قراءة ملف مفاتيحك (${file})، فلا يُستخدم أيٌّ منها، ولا مفتاح النفق. لم تُمسّ فيديوهاتك. أدخل المفاتيح من جديد؛ وعندها يُحفظ الملف القديم بجانب الجديد.`,
    secretNotSaved: (reason) => `تعذّر حفظ السر: ${reason}. يبقى القديم ساريًا.`,
    diskRefused: (reason) =>
      `لم يقبل قرص المكتبة ذلك: ${reason}. يبقى ما في المكتبة كما كان. أصلح ذلك ثم حاول من جديد.`,
    dataDirUnusable: (root, reason) =>
      `لا يمكن استعمال مجلد البيانات ${root}: ${reason}. لم يتغيّر شيء. اختر مجلدًا آخر باستخدام ‎--data-dir، أو أصلح هذا، ثم أعد المحاولة.`,
    disk: {
      EACCES: 'لا يُسمح لهذا المستخدم بالكتابة هناك',
      EPERM: 'لا يُسمح لهذا المستخدم بالكتابة هناك',
      EROFS: 'ذلك القرص للقراءة فقط',
      ENOSPC: 'ذلك القرص ممتلئ',
      EDQUOT: 'استُنفدت حصتك من ذلك القرص',
      EIO: 'يبلّغ ذلك القرص عن أخطاء',
      ENOENT: 'جزء من ذلك المسار غير موجود، أو لا يجوز تسميته هكذا',
      ENOTDIR: 'جزء من ذلك المسار ملف لا مجلد',
      EEXIST: 'يوجد ملف بهذا الاسم',
    },
  },
  instance: {
    alreadyRunning: (pid, where) => {
      if (where === 'here') {
        return `يستعمل Video Inbox آخر (pid ${String(pid)}) مجلد البيانات هذا. استخدم ذاك (يذكر «video-inbox status» عنوان معرضه)، أو أوقفه أولًا، أو اختر مجلدًا آخر باستخدام ‎--data-dir.`;
      }
      const place = where === 'container' ? 'في حاوية أخرى' : 'على جهاز آخر';
      return `يستعمل Video Inbox ${place} (pid ${String(pid)} هناك) مجلد البيانات هذا. أوقف ذاك أولًا، أو اختر مجلدًا آخر باستخدام ‎--data-dir.`;
    },
    commandAtWork: (pid) =>
      `يعمل أمر من Video Inbox برقم pid ‏${String(pid)} على مجلد البيانات هذا الآن، مثل «store move» أو «doctor». انتظر حتى ينتهي ثم أعد المحاولة، أو اختر مجلدًا آخر باستخدام ‎--data-dir.`,
    starting: (pid, dataDir) =>
      `ما زال Video Inbox ذو pid ${String(pid)} على ${dataDir} قيد البدء. أعد المحاولة بعد لحظة.`,
    noRoomForAddress: (pid, dataDir) =>
      `يعمل Video Inbox ذو pid ${String(pid)} على ${dataDir}، لكن قرصه ممتلئ، فلم يستطع أن يسجّل أين يصل إليه هذا الأمر. مكتبتك مفتوحة على عنوان المعرض الذي طبعه عند بدئه. أفرغ بعض المساحة ثم أعد المحاولة بعد لحظة.`,
    runsElsewhere: (dataDir) =>
      `يعمل Video Inbox الذي على ${dataDir} في حاوية أخرى أو على جهاز آخر. أعطِ هذا الأمر هناك.`,
    notRunning: (dataDir) =>
      `لا يعمل Video Inbox على ${dataDir}. شغّله بالأمر «video-inbox serve» أو افتح التطبيق، ثم أعد المحاولة.`,
    orderInDoubt:
      'قبل الصندوق الطلب لكن جوابه لم يصل، فلا يُعرف هل طُلب الفيديو. لا تطلبه مجددًا قبل أن تنظر: يعرضه «video-inbox list» إن كان قد طُلب، وللمزوّد قائمته الخاصة.',
  },
  journal: {
    reading: 'قراءة دفتر الأحداث: الأحداث',
    checking: 'فحص الفيديوهات',
    sum: (events, files, size, oldest, newest) =>
      `دفتر الأحداث: ${events} في ${files}، ${size}، من ${oldest} إلى ${newest}`,
    repeats: (repeats) => `${repeats} بمحتوى سبق أن وصل`,
  },
  library: {
    notInLibrary: 'لم يعد ذلك الفيديو في المكتبة.',
    noStrip: 'يجب أن يكون شريط الصور ملف JPEG لا يتجاوز 1 MiB، لفيديو محفوظ.',
    notUndone: 'لم يعد ممكنًا التراجع عن هذا تلقائيًا: حدث بعده الكثير، أو أُعيد تشغيل الصندوق. لم يتغيّر شيء.',
    changedSince: 'تغيّر هذا منذ ذلك الحين في مكان آخر، لذا لم يُتراجع عن شيء.',
    isSaved: 'ذلك الفيديو على القرص بالفعل، لذا لم يتغيّر شيء.',
    linkIsNoAddress: 'يبدأ الرابط بـ https:// أو http://. انسخ عنوان الفيديو كاملًا والصقه مجددًا.',
    noSuchFile: (file) =>
      `لا يوجد ملف ${file} يمكن قراءته. اختر الفيديو مجددًا؛ الملف الموجود على جهاز آخر يجب نسخه إلى هذا أولًا.`,
    taskIdNeeded: 'يلزم معرّف مهمة.',
    notWatched: (id) => `المهمة «${id}» غير معروفة. ابدأ انتظارها أولًا: video-inbox watch PROVIDER TASK_ID.`,
    posterForm: 'يجب أن تكون صورة الغلاف JPEG أو PNG لا تتجاوز 2 MiB.',
    nothingToExport: 'لا فيديو من هذه على القرص بعد، فلا شيء للتصدير. انتظر حتى يُحفظ أحدها.',
    unknownExportWord: (word, known) =>
      `لا يرمز {${word}} إلى شيء في الاسم، لذلك لم يُصدَّر شيء. الكلمات المعروفة: ${known}.`,
    tooManyToExport: (most) => `أقصى ما يسعه التصدير الواحد ${number(most)} فيديو. اختر أقل، وصدّر على أجزاء.`,
    notBackYet:
      'لا يُعرف بعد هل عاد هذا: ربما أفرغ جهاز آخر المهملات قبل ذلك. طلبك محفوظ وفي طريقه. انظر مرة أخرى بعد لحظة.',
    nothingToRetry: 'كل فيديوهات هذه المهمة على القرص أو في طريقها.',
    onlyElsewhere: (names) =>
      `قد يكون هذا الفيديو على قرص جهاز آخر ينقله تلقائيًا إلى المخزن: ${names}. لذلك لم يُجلب مجددًا؛ يخبرك "video-inbox status" كم بقي. انظر مجددًا بعد قليل.`,
    notMoved: 'تعذّر نقل المكتبة: لم يقبل القرص ملفًا. هي حيث كانت، ولم يضع شيء.',
    copyDiffers: (file) => `تختلف نسخة ${file} عن الأصل، فلم يُنقل شيء. تحقّق من القرص الجديد.`,
    moveOutside: 'يجب أن يكون المجلد الجديد خارج المكتبة، والمكتبة خارج المجلد الجديد.',
    moveUnreadable: (folder) => `تعذّرت قراءة ${folder}، فلم يُنقل شيء. اختر مجلدًا آخر.`,
    moveNotEmpty: (folder) => `${folder} ليس فارغًا. اختر مجلدًا فارغًا كي لا يُستبدل شيء هناك.`,
    moveNoRoom: 'لا تكفي مساحة ذلك القرص للمكتبة. لم يُنقل شيء.',
    movedInCircles: (root, file) =>
      `الملاحظات عن المكان الذي نُقلت إليه المكتبة ${root} تدور في حلقة. أزل ${file} من المجلد الذي فيه فيديوهاتك.`,
    anotherFilm: 'هذا فيديو آخر: بياناته ليست التي حُفظت. لم يتغيّر شيء.',
    notAWholeFilm:
      'هذا الفيديو غير مكتمل: جزء من الملف ناقص أو ليس منه، فلم يؤخذ. لم يتغيّر شيء؛ انسخه من جديد من مصدره أو اختر ملفًا آخر.',
    noRoomForFilm: 'لا تكفي مساحة قرص المكتبة لهذا الفيديو فلم يؤخذ. لم يتغيّر شيء؛ أفرغ مساحة ثم اختره من جديد.',
    filmNotWritten: (errno) => `لم يقبل قرص المكتبة هذا الفيديو (${errno}). لم يتغيّر شيء؛ افحص القرص ثم اختره من جديد.`,
    notAFilm: 'هذا الملف ليس فيديو (mp4 أو mov أو webm وأمثالها) فلم يؤخذ. لم يتغيّر شيء؛ اختر ملفًا آخر.',
    movedAway: (to, file) =>
      `نُقلت المكتبة إلى ${to}، وهي ليست هناك الآن: ربما لم يُوصل ذلك القرص. لم يتغيّر شيء. صِله وابدأ من جديد؛ وإن كانت المكتبة في مكان آخر فاذكر مجلدها باستخدام ‎--data-dir؛ ولبدء مكتبة فارغة أزل ${file}.`,
    movedNowhere: (file) =>
      `نُقلت المكتبة، لكن ${file} لا يذكر إلى أين. ابدأ باستخدام ‎--data-dir والمجلد الذي فيه فيديوهاتك.`,
  },
  limits: {
    title: 'الحدود',
    intro:
      'ما يجوز أن يصل وما يجوز أن يُنزَّل. القيم المعتادة تناسب الجميع تقريبًا، وكل طلب رفضه حدٌّ ما يظهر في الطلبات مع اسم ذلك الحد.',
    names: {
      'callbacks.bodyLimitMiB': 'أكبر استدعاء',
      'callbacks.filmBodyLimitMiB': 'أكبر استدعاء بداخله فيديو',
      'callbacks.signatureWindowSeconds': 'أقدم توقيع',
      'callbacks.tasksPerDay': 'مهام جديدة في اليوم لكل رابط استدعاء',
      'callbacks.keptMiBPerDay': 'ما يُحفظ من المحتوى في اليوم لكل رابط استدعاء',
      'callbacks.minFreeMiB': 'المساحة التي لا يُقبل دونها أي استدعاء',
      'downloads.maxVideoMiB': 'أكبر فيديو',
      'downloads.mibPerDay': 'تنزيلات غير موقّعة في اليوم لكل رابط استدعاء',
      'downloads.minFreeMiB': 'المساحة التي تتركها التنزيلات خالية',
    },
    hints: {
      'callbacks.bodyLimitMiB': 'يُجاب الأكبر منه بالرمز 413. يرسل Replicate مع سجلاته مثل ذلك.',
      'callbacks.filmBodyLimitMiB': 'بعض الخدمات ترسل الفيديو داخل الاستدعاء.',
      'callbacks.signatureWindowSeconds':
        'مقدار ما يجوز أن يبتعد وقت التوقيع عن الوقت هنا. زِده إن كانت ساعة هذا الحاسوب خاطئة.',
      'callbacks.tasksPerDay': 'لما يصل عبر الإنترنت دون توقيع من أحد، ويُجاب ما زاد بالرمز 429.',
      'callbacks.keptMiBPerDay': 'لما يصل عبر الإنترنت دون توقيع من أحد، ويُجاب ما زاد بالرمز 429.',
      'callbacks.minFreeMiB':
        'دونها تُجاب الاستدعاءات بالرمز 503 ليعيد المزوّدون المحاولة. فارغ: 64 MiB، أو 5 % من قرص صغير.',
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
  notices: {
    savedTitle: (provider) => `حُفظ فيديو من ${provider}`,
    savedWithoutPrompt: (taskId) => `المهمة ${taskId}`,
    failedTitle: (provider) => `لم يتمكن ${provider} من صنع الفيديو`,
    failedWithoutReason: 'لم يذكر المزوّد سببًا. افتح المهمة لترى ما أرسله.',
    downloadFailedTitle: (provider) => `تعذّر حفظ فيديو من ${provider}`,
    budgetTitle: 'أُنفقت ميزانية هذا الشهر',
    budgetBody: (spent, budget) => `${spent} من ${budget} من الرصيد. لا يتوقف شيء من تلقاء نفسه.`,
    dyingTitle: (n, minutes) =>
      count(n, {
        one: `ينتهي رابط خلال ${minutes} د`,
        two: `ينتهي رابطان، أولهما خلال ${minutes} د`,
        few: `تنتهي # روابط، أولها خلال ${minutes} د`,
        many: `ينتهي # رابطًا، أولها خلال ${minutes} د`,
        other: `ينتهي # رابط، أولها خلال ${minutes} د`,
      }),
    dyingBody: (title) => `لم يُحفظ بعد: ${title}. افتحه لترى ما ينتظره.`,
    tunnelTitle: 'لا يمكن الوصول إلى رابط الاستدعاء',
    tunnelBody: 'لا يستطيع المزوّدون الاتصال حتى يعود. افتح Video Inbox لترى السبب.',
    storageTitle: 'لا تستطيع المكتبة حفظ شيء جديد',
    roomTitle: 'فيديوهات جديدة تنتظر مساحة على القرص',
    digestTitle: 'المزيد من مزوّديك',
    quietTitle: 'أثناء وقت الهدوء',
    digestBody: (saved, failed) =>
      [
        ...(saved > 0
          ? [
              count(saved, {
                one: 'حُفظ فيديو واحد',
                two: 'حُفظ فيديوهان',
                few: 'حُفظت # فيديوهات',
                many: 'حُفظ # فيديو',
                other: 'حُفظ # فيديو',
              }),
            ]
          : []),
        ...(failed > 0
          ? [
              count(failed, {
                one: 'مشكلة واحدة',
                two: 'مشكلتان',
                few: '# مشكلات',
                many: '# مشكلة',
                other: '# مشكلة',
              }),
            ]
          : []),
      ].join('، ') + '.',
  },
  providers: {
    fault,
    refused,
    refusedBefore: (provider, code, said) => refusedBefore(refused(provider, code, said)),
    unknownWhetherMade: (provider) =>
      `لا يُعرف هل صنعه ${providerName(provider)}: لم يصل جواب واضح. لا يُرسل مجددًا من تلقاء نفسه كي لا يُدفع ثمنه مرتين؛ وإن كان قد صُنع فسيجد استدعاؤه طريقه إلى هنا. انظر إلى قائمة المزوّد نفسه قبل أن تطلبه مجددًا.`,
    unknownAndLookedFor: (provider) =>
      `لا يُعرف هل صنعه ${providerName(provider)}: لم يصل جواب واضح. يبحث عنه Video Inbox في قائمة طلبات المزوّد، ويصل نداؤه إلى هنا أيضًا. لا يُعاد إرساله تلقائيًا، كي لا يُدفع ثمن شيء مرتين.`,
    notNoted: (why) => `تعذّر تدوين الطلب على القرص (${why})، فلم يُرسل ولم يُدفع ثمنه. أفسح مكانًا ثم اطلب من جديد.`,
    uploadFailed: (why) => `تعذّر رفع الملف، فلم يُطلب شيء. ${why}`,
    cannotSubmit: (provider) =>
      `لا يستطيع Video Inbox الطلب من «${provider}». يستطيع من kie-aleph و kie-luma و kie-runway و kie-veo و kie-market و fal و replicate.`,
    unknownProvider: (given, likely) =>
      `«${given}» ليس مزوّدًا يعرفه Video Inbox، فلن يُعثر له على أي استدعاء. ${likely === null ? `المعروف منها: ${providers.map(({ id }) => id).join(', ')}؛ و«unknown» لكل ما عداها.` : `هل قصدت ${likely}؟`}`,
    cannotAsk: (provider) => `لا يستطيع Video Inbox سؤال «${provider}» عن مهامه؛ واستدعاءاته تُقبل رغم ذلك.`,
    noKey: (provider, secret) =>
      `يحتاج ${providerName(provider)} إلى مفتاح API الخاص بك، ولا مفتاح معيّن. عيّنه في الإعدادات أو بالأمر «video-inbox secret set ${secret}» (أو VIDEO_INBOX_SECRET_${secret} في البيئة).`,
    orderIdOld:
      'أُرسل طلب بهذا المعرّف منذ زمن بعيد، ولم يعد ما آل إليه محفوظًا. لم يُرسل شيء الآن؛ أعطِ هذا الطلب معرّفًا خاصًا به.',
    orderIdTaken: 'أُرسل طلب آخر بهذا المعرّف. لم يُرسل شيء الآن؛ أعطِ هذا الطلب معرّفًا خاصًا به.',
    needsModel: (provider) => `لدى ${providerName(provider)} نماذج كثيرة: حدّد أيها باستخدام ‎--model NAME.`,
    asked: (provider, state, message) => {
      const said = message === null ? '' : ` ${ended(message)}`;
      if (state === 'succeeded') return `يقول ${providerName(provider)} إنه اكتمل.`;
      if (state === 'failed') return `يقول ${providerName(provider)} إنه فشل.${said}`;
      return `يقول ${providerName(provider)} إنه ما زال يُصنع.`;
    },
    givenUp: (provider, code) =>
      code === 'gone'
        ? `لم يعد ${providerName(provider)} يعرف هذه المهمة، فلا يُنتظر شيء. ويُقبل استدعاؤها إن وصل.`
        : code === 'deadline'
          ? `لم يُنهِ ${providerName(provider)} هذه المهمة خلال يوم، فلم يعد يُسأل عنها. ويُقبل استدعاؤها إن وصل.`
          : 'لم يعد أحد ينتظر هذه المهمة؛ ويُقبل استدعاؤها إن وصل.',
    nothingToUpgrade: 'ليس في هذه المهمة فيديو مكتمل بهذا الرقم، فلا شيء تُطلب منه نسخة أكبر.',
    renewing: 'انتهى هذا الرابط؛ ويُطلب من المزوّد رابط آخر.',
    budgetBlind: (provider, budget) =>
      `توقف: لا يُعرف ما يتقاضاه ${providerName(provider)} عن هذا ولا رصيدك هناك، فلا يمكن التزام الحد ${number(budget)} من الرصيد. ما طُلب حتى الآن يتابع. انظر السعر لدى المزوّد ثم اطلب الباقي بلا حد.`,
    budget: (spent, budget) =>
      `توقف قبل الحد: أُنفق أو سيُنفق لما طُلب ${number(spent)} من ${number(budget)} من الرصيد. ما طُلب حتى الآن يتابع.`,
    batchBroke:
      'لم يُرسل ولا يُدفع ثمنه: انتهى الطلب الذي قبله بطريقة غير متوقعة يرويها السجل كاملة. انظر إلى ذاك أولًا، ثم اطلب هذه مجددًا.',
    ordersInDoubt: (count) =>
      `لا يُعرف عن ${number(count)} من طلبات الأيام السبعة الأخيرة هل صُنعت: لم يصل جواب واضح. لا يُرسل شيء مجددًا من تلقاء نفسه كي لا يُدفع مرتين؛ وما صُنع سيجد طريقه إلى هنا. انظر إلى قائمة المزوّد نفسه قبل أن تطلب مجددًا؛ والمعرض يذكر كلًا منها بجانب نموذج الطلب.`,
    hookLost: (count, why) => `لم يُبلَّغ webhook لديك عن ${number(count)} مما حُفظ أو فشل، ولن يُرسل مجددًا. ${why}`,
    commandLost: (count) =>
      `لم ينتهِ أمر VIDEO_INBOX_HOOK_COMMAND على خير ${number(count)} مرة، فقد ينقص ما كان عليه فعله. شغّله يدويًا لترى السبب.`,
    hookTest: (code, status) => {
      switch (code) {
        case 'answered':
          return 'وصل webhook.';
        case 'no-url':
          return 'لا عنوان معيّن، فلا يُبلَّغ أحد بشيء. عيّن عنوانًا ثم أعد المحاولة.';
        case 'no-secret':
          return 'لا سر معيّن، ولا يُرسل شيء دون توقيع. عيّن سرًا بالأمر «video-inbox secret set HOOK» (whsec_ ثم base64)، ثم أعد المحاولة.';
        case 'refused':
          return `أُجيب بالرمز ${String(status)} ولم يُقبل. انظر إلى سجل من يستمع هناك ثم أعد المحاولة.`;
        default:
          return 'لم يجب أحد على ذلك العنوان. تحقّق من أن البرنامج هناك يعمل ثم أعد المحاولة.';
      }
    },
    orderProblem,
    orderProblems: (problems) => problems.map(orderProblem).join(' '),
  },
  refusals: {
    empty: () => 'المحتوى فارغ؛ يُنتظر JSON أو نموذج.',
    'cut-off': () => 'لا يمكن قراءته: ينتهي المحتوى في وسطه.',
    'not-readable': () => 'لا يمكن قراءة المحتوى: ليس JSON ولا نموذجًا ولا XML.',
    'not-an-object': () => 'يجب أن يكون المحتوى كائن JSON.',
    'nothing-in-it': () => `لا يذكر المحتوى مهمة ولا فيديو ولا حالة؛ بُحث في ${ids}.`,
    'broken-off': () => 'لم يصل المحتوى كاملًا.',
    'too-large': ({ bytes: size, limitBytes }) =>
      `المحتوى أكبر من ${kibi(limitBytes)}${size === undefined ? '' : ` (${kibi(size)})`}؛ يمكن رفع الحد في الإعدادات (callbacks.bodyLimitMiB).`,
    'packed-too-tightly': () => 'يصير المحتوى بعد فك ضغطه أكبر بكثير مما يحويه استدعاء.',
    'packing-unknown': ({ label }) =>
      `المحتوى مضغوط بـ ${label ?? 'شيء ما'}، ولا يستطيع هذا الصندوق فكه حيث يعمل؛ يُقرأ gzip و deflate و br وما لم يُضغط.`,
    'signature-missing': () => 'يشترط هذا الصندوق استدعاءات موقّعة، وهذا بلا توقيع.',
    'signature-wrong': () => 'التوقيع غير مطابق.',
    'signature-stale': () =>
      'وقت التوقيع بعيد جدًا عن ساعة هذا الحاسوب: إما أن الاستدعاء قديم أو أن الساعة خاطئة. تحقق من التاريخ والوقت هنا، ثم اطلب إرساله مجددًا.',
    'signature-used': () => 'سبق استعمال هذا التوقيع لمحتوى آخر.',
    'no-secret': () => 'يشترط هذا الصندوق استدعاءات موقّعة، لكن السر الذي تُفحص به غير معيّن.',
    'signature-unknown': () => 'يشترط هذا الصندوق استدعاءات موقّعة، ولا يُعرف لهذا المزوّد توقيع.',
    'keys-unavailable': () => `المفاتيح اللازمة لفحص التوقيع غير متاحة الآن؛ ${sendAgain}.`,
    'too-many-requests': () => 'طلبات كثيرة جدًا؛ أعد المحاولة لاحقًا.',
    'too-many-at-once': () => 'استدعاءات كثيرة في وقت واحد؛ أرسله مجددًا بعد لحظة.',
    'tasks-per-day': ({ limit }) =>
      `أنشأ رابط الاستدعاء هذا في يوم ${count(limit ?? 0, ofTasks)}، وهذا حدّه (callbacks.tasksPerDay).`,
    'bytes-per-day': ({ limitBytes }) =>
      `ملأ رابط الاستدعاء هذا ${kibi(limitBytes)} من القرص في يوم، وهذا حدّه (callbacks.keptMiBPerDay).`,
    'disk-low': ({ bytes: size, limitBytes }) =>
      `بقي على القرص ${kibi(size)}، ودون ${kibi(limitBytes)} لا يُقبل أي استدعاء؛ أفرغ مساحة و${sendAgain}.`,
    'storage-failed': ({ detail }) => detail ?? `تعذّر حفظ الاستدعاء؛ ${sendAgain}.`,
    'wrong-method': ({ method }) => `أرسل الاستدعاءات بـ POST، لا بـ ${method ?? 'هذا'}.`,
    broke: () => `تعذّر حفظ الاستدعاء؛ ${sendAgain}.`,
  },
  requests: {
    madeVideos: (n) =>
      count(n, {
        zero: 'لم ينتج فيديو',
        one: 'أنتج فيديو واحدًا',
        two: 'أنتج فيديوهين',
        few: 'أنتج # فيديوهات',
        many: 'أنتج # فيديو',
        other: 'أنتج # فيديو',
      }),
    noVideo: 'لم يُعثر على فيديو',
    anotherFilm: 'يذكر فيديو آخر',
    notAll: 'يذكر مهام أو فيديوهات أكثر مما يُقرأ دفعة واحدة؛ الأولى منها محفوظة',
    sameAgain: (nth) => `الشيء نفسه، المرة ${number(nth)}`,
    moreOfIt: (n) =>
      count(n, {
        zero: 'ولا مرة أخرى',
        one: 'ومرة أخرى',
        two: 'ومرتين أخريين',
        few: 'و# مرات أخرى',
        many: 'و# مرة أخرى',
        other: 'و# مرة أخرى',
      }),
    moreTasks: (n) =>
      count(n, {
        zero: 'ولا مهام أخرى',
        one: 'ومهمة أخرى',
        two: 'ومهمتان أخريان',
        few: 'و# مهام أخرى',
        many: 'و# مهمة أخرى',
        other: 'و# مهمة أخرى',
      }),
    stillProcessing: 'ما زال قيد المعالجة',
    stateUnknown: 'حالة غير معروفة',
    failed: (message) => (message === null ? 'فشل' : `فشل: ${message}`),
    challenge: 'فحص للعنوان، أُجيب',
    ping: 'نداء اختبار، بلا بطاقة',
    refusedWhileWaiting: (id, n, status, reason) =>
      `انتهى الوقت: رُفض استدعاء يذكر «${id}» بالرمز ${status}: ${reason} يعرضه «video-inbox requests show ${n}».`,
  },
  secrets: {
    usage: 'قل ما يُفعل: «secret set NAME» (تأتي القيمة من الدخل القياسي) أو «secret list» أو «secret remove NAME».',
    unknown: (word, names) => `لا يوجد سر باسم «${word}». الأسماء المعروفة: ${names}.`,
    ask: (name) => `الصق قيمة ${name} واضغط Enter؛ لا تُعرض. القيمتان معًا بينهما فاصلة (,).`,
    nothingGiven: (name) => `لم يأتِ شيء من الدخل القياسي، فبقي ${name} كما كان.`,
    noKey: (name) =>
      `ليس هذا مفتاحًا: فيه فراغ أو سطر جديد أو علامة لا ترد في أي مفتاح، فبقي ${name} كما كان. انسخ المفتاح وحده، بلا «Bearer» قبله.`,
    stored: (name) => `حُفظ ${name} وهو قيد الاستعمال.`,
    storedForLater: (name) => `حُفظ ${name}؛ يستعمله الصندوق حين يبدأ.`,
    removed: (name) => `أُزيل ${name}.`,
    notSet: (name) => `لم يكن ${name} محفوظًا، فلم يُزل شيء.`,
    environmentWins: (name, variable) =>
      `ملاحظة: ${variable} معيّن في هذه البيئة، والصندوق الذي يُشغَّل من هنا يأخذ ${name} منه.`,
    places: { environment: 'من البيئة', stored: 'محفوظ', none: 'غير معيّن' },
    onlyTheFile: 'ملاحظة: لا يعمل أي صندوق، فليس في هذه القائمة ما يحفظه تطبيق سطح المكتب في سلسلة مفاتيح النظام.',
  },
  shared: {
    noIntake:
      'لا يستقبل هذا الجهاز الاستدعاءات: فقد بدأ بلا الدور «intake». انسخ عنوان الاستدعاء من جهاز له هذا الدور.',
    notAnAddress:
      'يجب أن يكون VIDEO_INBOX_DATABASE_URL عنوان قاعدة بيانات PostgreSQL واحدة، مثل postgresql://user:password@host/name. وتُكتب في كلمة المرور رموز مثل @ : / ? # % هكذا: ‎%40 %3A %2F %3F %23 %25.',
    badSslMode: (word) =>
      `يجب أن يكون sslmode في VIDEO_INBOX_DATABASE_URL هو disable أو require أو verify-full، لا «${word}».`,
    tooOld: 'قاعدة البيانات المشتركة أقدم من PostgreSQL 14. حدّث الخادم ثم أعد المحاولة.',
    newerSchema: (found, known) =>
      `أعدّ قاعدة البيانات المشتركة Video Inbox أحدث (جداولها من الإصدار ${String(found)}، وهذا يعرف ${String(known)}). لم يتغيّر شيء. حدّث هذا الجهاز ثم أعد المحاولة.`,
    cannotOpen: (reason) =>
      `لا يمكن استعمال قاعدة البيانات المشتركة: ${reason}. لم يضع شيء. تحقّق من VIDEO_INBOX_DATABASE_URL ومن الخادم ثم أعد المحاولة.`,
    notNow: (reason) => `لا يمكن استعمال قاعدة البيانات المشتركة الآن: ${reason}. لم يضع شيء. أعد المحاولة حين تعود.`,
    otherPlace: (names) =>
      `لا تحفظ كل الأجهزة فيديوهاتها في المكان نفسه: لدى ${names} مكان غير مكان هذا الجهاز، فما نزّله أحدهما لا يُفتح على الآخر. اجعل VIDEO_INBOX_STORE_URL بالحاوية نفسها والمجلد نفسه على كل جهاز ثم شغّلها مجددًا.`,
    away: 'لا تجيب',
    noHost: 'لا أحد يعرف مضيفًا بهذا الاسم',
    password: 'ترفض هذا المستخدم أو كلمة المرور هذه؛ تُؤخذ الجديدة من VIDEO_INBOX_DATABASE_URL عند التشغيل التالي',
    noDatabase: 'ليست لديها قاعدة بيانات بهذا الاسم',
    notAllowed:
      'لا يُسمح لهذا المستخدم هناك بما يلزم: يجب أن يستطيع الإنشاء في قاعدة البيانات أو أن يملك كل ما في المخطط video_inbox',
    door: 'لا تُدخِل هذا المستخدم من هنا، أو لا تُدخله إلا عبر TLS ‏(pg_hba.conf)؛ يطلب sslmode=verify-full في العنوان استعمال TLS',
    otherHost: 'شهادتها لاسم مضيف آخر؛ يجب أن يسمّي العنوان المضيف كما تسمّيه الشهادة',
    noFile: (file) => `تتعذّر قراءة الملف ${file} الذي يسمّيه العنوان`,
    pooled:
      'وسيط اتصالات في وضع المعاملات، مثل PgBouncer، يعطي اتصالاتها لغيرنا بين معاملة وأخرى؛ يجب أن يقود العنوان إلى الخادم نفسه، أو إلى وسيط في وضع الجلسات',
    encoding: (encoding) =>
      `تحفظ النص بترميز ${encoding} الذي لا يتسع لكل ما تحمله الاستدعاءات؛ يجب إنشاؤها بـ‎ENCODING 'UTF8' TEMPLATE template0`,
    certificate: (code) =>
      `شهادتها غير موثوقة هنا أو أنها لا تتحدث TLS ‏(${code})؛ يحدّد sslrootcert=FILE في العنوان شهادة موثوقة`,
    readOnly:
      'تسمح بالقراءة ولا تقبل شيئًا جديدًا، كنسخة احتياطية لم تُرقَّ إلى رئيسية (أو بسبب default_transaction_read_only)',
    full: 'قرصها ممتلئ',
    tooMany: 'كل اتصالاتها مستعملة (max_connections، أو حد هذا المستخدم أو قاعدة البيانات)',
    refused: (code) => `ترفض ما يُطلب منها (${code})`,
    notWithTwin:
      'نسخة من صندوق آخر (‎--twin) لا يمكنها أن تشارك قاعدة بيانات أيضًا. شغّلها بلا ‎--twin أو بلا VIDEO_INBOX_DATABASE_URL.',
    needsDatabase: (flag) => `--${flag} لعدة أجهزة تتشارك قاعدة بيانات: عيّن VIDEO_INBOX_DATABASE_URL أيضًا، أو دعه.`,
    badRole: (word) => `يجب أن يكون ‎--role قائمة من intake و download و ask و gallery بينها فواصل (,)، لا «${word}».`,
    badAnswer: (word) => `يجب أن يكون ‎--answer إما «local» أو «shared» أو «both»، لا «${word}».`,
    badLease: (given, most) => `يجب أن يكون VIDEO_INBOX_LEASE_SECONDS عددًا من الثواني بين 1 و${most}، لا «${given}».`,
    badNode: (word) => `يجب أن يكون ‎--node اسمًا من حروف وأرقام ونقاط وشرطات، لا يتجاوز 40 محرفًا، لا «${word}».`,
    nameTaken: (name, seconds) =>
      `يوجد جهاز باسم "${name}" يشارك قاعدة البيانات هذه بالفعل. لم يتغير شيء. أعطِ هذا الجهاز اسمًا خاصًا به (‎--node NAME)؛ أو إن لم يعد ذلك الجهاز موجودًا، فشغّل هذا الجهاز من جديد بعد ${String(seconds)} ث.`,
    cannotClaim:
      'لا يمكن الآن معرفة إن كان هذا قد طُلب بالفعل، فلم يُطلب شيء هنا ولم يُدفع شيء: فقد يكون جهاز آخر يطلبه الآن، أو أن قاعدة البيانات المشتركة لا تجيب أو تحتجز ما كُتب. يخبرك "video-inbox status" بحال قاعدة البيانات. أعد المحاولة بعد قليل.',
    machinesRun: (names) =>
      `ما زالت أجهزة تشترك في هذه المكتبة تعمل: ${names}. لم يُنقل شيء لأنها تواصل حفظ الفيديوهات في المكان القديم. أوقف «video-inbox serve» على كل منها؛ والجهاز الذي أُنهي قسرًا يُنسى بعد 15 ثانية. ثم شغّل هذا الأمر من جديد.`,
    machinesRunAgain: (names) =>
      `عادت أجهزة تشترك في هذه المكتبة إلى العمل: ${names}. قد يكون ما حفظته في هذه الأثناء في المكان القديم؛ ولم يُفقد شيء. أوقف «video-inbox serve» على كل منها ثم شغّل هذا الأمر من جديد: ينقل الباقي.`,
    doctorNeedsInbox:
      'تشترك أجهزة عدة في هذه المكتبة، لذا يسأل الفحص الصندوق الذي يعمل هنا. لم يُفحص شيء ولم يُفقد شيء. شغّله بـ «video-inbox serve» ثم شغّل هذا الأمر من جديد.',
    state: {
      away: (waiting, reason) =>
        `لا يمكن استعمال قاعدة البيانات المشتركة الآن: ${reason}. ما يصل هنا يُحفظ هنا (ينتظر ${number(waiting)}) ويُرسل حالما يمكن؛ وحتى ذلك الحين يعرض هذا الجهاز ما كان يعرفه.`,
      late: () =>
        'لم يصل بعد إلى هذا الجهاز كل ما في قاعدة البيانات المشتركة: أحدهما بطيء الآن. لم يضع شيء، والباقي يصل من تلقاء نفسه. إن دام ذلك فانظر إلى الحمل على كليهما.',
      fenced: (waiting) =>
        `صندوق آخر يكتب في قاعدة البيانات المشتركة باسم هذا الجهاز، أي أن مجلد بياناته نُسخ. ما يصل هنا يُحفظ هنا فقط (ينتظر ${number(waiting)}). أوقف الآخر وأعطه مجلد بيانات فارغًا، ثم شغّل هذا من جديد: عندها يرسل ما ينتظر.`,
      replaced: (waiting) =>
        `قاعدة البيانات المشتركة ليست التي بدأ بها هذا التشغيل: استُعيدت، أو حلّت محلها نسخة أقدم. لا يُقرأ منها شيء ولا يُرسل إليها حتى يبدأ الصندوق من جديد؛ وما يصل يُحفظ على هذا الجهاز (ينتظر ${number(waiting)}). أنهِ الصندوق وشغّله مجددًا على كل جهاز: عندها يرسل ما ينقصها.`,
    },
    lateSession: (who, pid) =>
      `معاملة لا تنتهي من ${who} تحجب ما تراه الأجهزة كلها من قاعدة البيانات المشتركة. لم يضع شيء. تُنهى هناك بالأمر: ‎SELECT pg_terminate_backend(${pid})`,
    latePrepared: (database, gid) =>
      `معاملة مُعدّة لم يُنهها أحد، في قاعدة البيانات ${database}، تحجب ما تراه الأجهزة كلها من قاعدة البيانات المشتركة. لم يضع شيء. تُنهى في تلك القاعدة بالأمر: ‎ROLLBACK PREPARED '${gid}' (أو COMMIT PREPARED بحسب ما يريده من أعدّها)`,
    fencedUnstored:
      'صندوق آخر يكتب في قاعدة البيانات المشتركة باسم هذا الجهاز، أي أن مجلد بياناته نُسخ. وتُجاب الاستدعاءات هنا بـ503 (‎--answer) ليعيد المزوّدون إرسالها. أوقف الآخر وأعطه مجلد بيانات فارغًا، ثم شغّل هذا من جديد.',
    replacedUnstored:
      'قاعدة البيانات المشتركة ليست التي بدأ بها هذا التشغيل: استُعيدت، أو حلّت محلها نسخة أقدم. وتُجاب الاستدعاءات بـ503 إلى أن يُشغَّل الصندوق من جديد (‎--answer). وما أُجيب هنا وليس في تلك النسخة لا يوجد في أي سجل، بل فيما يعرضه هذا التشغيل فقط: احفظه أولًا (video-inbox list --json > tasks.json). ثم أغلق الصندوق وشغّله من جديد على كل جهاز.',
    nobodyFetches:
      'لا يعمل الآن أي جهاز بدور «download»، فلا يُجلب أي فيديو وتنتهي صلاحية الروابط. شغّل أحدها بهذا الدور (‎--role).',
    nobodyTakes:
      'لا يعمل الآن أي جهاز بدور «intake»، فلا يُستقبل أي استدعاء ويكفّ المزوّدون عن الإرسال بعد حين. شغّل أحدها بهذا الدور (‎--role).',
    nobodyAsks:
      'لا يعمل الآن أي جهاز بدور «ask»، فلا يُسأل أي مزوّد ولا يُبلَّغ أي webhook. وتُستقبل الاستدعاءات مع ذلك. شغّل أحدها بهذا الدور (‎--role).',
    nobodyTells: (names) =>
      `لا يُبلَّغ الآن أي webhook ولا أي أمر: لا يوجد إلا لدى ${names} دون الدور «ask» الذي يُبلِّغ. وتُنزَّل الفيديوهات مع ذلك. ضع الـ webhook على جهاز له هذا الدور (الإعدادات)، أو شغّل ذلك الجهاز به (‎--role).`,
    apart:
      'كان هذا الجهاز يشارك مكتبته مع أجهزة أخرى وشُغّل بلا VIDEO_INBOX_DATABASE_URL، فلا يعرض إلا ما استقبله بنفسه. يُحفظ ما يصل هنا ويُرسل إلى الأجهزة الأخرى متى شُغّل بالعنوان من جديد. وإن كان سيبقى وحده فاحذف shared.json من مجلد بياناته.',
    awayUnstored: (reason) =>
      `لا يمكن استعمال قاعدة البيانات المشتركة الآن: ${reason}. وتُجاب الاستدعاءات في هذه الأثناء بـ503 (‎--answer) ليعيد المزوّدون إرسالها؛ ويعرض هذا الجهاز ما كان يعرفه.`,
    noRoomOn: (names) => `لم تبقَ على قرص ${names} مساحة للفيديوهات: تنزّلها الأجهزة الأخرى. أفرغ مساحة هناك.`,
    noRoomAnywhere: (names) =>
      `لا مساحة على قرص أي جهاز ينزّل الفيديوهات (${names})، فتنتظر الفيديوهات الجديدة وتنتهي روابطها. أفرغ مساحة على أحدها: تتابع التنزيلات من تلقاء نفسها.`,
    refusedForRoomOn: (names) =>
      `قرص ${names} ممتلئ، فتُرفض الاستدعاءات التي تصل إليه؛ ويعيد المزوّدون المحاولة مدةً. أفرغ مساحة هناك، فيتابع من تلقاء نفسه.`,
    olderBuildOn: (names) =>
      `يعمل على ${names} إصدار أقدم من الأجهزة الأخرى: يقرأ بعض الاستدعاءات بقواعد أقدم، فقد تظهر المهام هناك مختلفة. لم يُفقد شيء. حدّثه ثم شغّله من جديد: تُحدَّث مكتبته من تلقاء نفسها.`,
    onlyOn: (names) =>
      `توجد فيديوهات على قرص جهاز واحد فقط، وتنتقل تلقائيًا إلى مخزن S3 ما دام يعمل: ${names}. وحتى تصل لا تستطيع الأجهزة الأخرى فتحها. لم يُفقد شيء، ولا حاجة إلى جلب شيء مجددًا.`,
    onlyOnAway: (names) =>
      `توجد فيديوهات فقط على قرص جهاز لا يعمل: ${names}. لا تستطيع الأجهزة الأخرى فتحها. شغّله مع VIDEO_INBOX_DATABASE_URL وVIDEO_INBOX_STORE_URL كما من قبل، فتنتقل إلى المخزن تلقائيًا. وإن ضاع ذلك القرص نهائيًا تجلبها «إعادة المحاولة» ما دامت روابطها حية، ويُزال الجهاز من القائمة في «أين يعمل».`,
    leaseLost: 'تولّى جهاز آخر هذا العمل، فلا يُحسب ما نتج عنه هنا.',
  },
  sources: {
    notThere: (source) => `«${source}» ليس عنوان http(s) ولا ملفًا على هذا الحاسوب.`,
    notMedia: (source, found) =>
      `«${source}» ليس فيديو ولا صورة ولا صوتًا${found === null ? '' : ` (بحسب أول بايتاته: ${found})`}، فلم يُرسل إلى أي مكان ولم يُطلب شيء. اختر الملف الذي يُصنع منه الفيديو.`,
    takesNoFiles: (provider, source) =>
      `لا يقبل ${provider} ملفات بل عناوين فقط: ضع «${source}» حيث يستطيع المزوّد جلبه، وأعطِ عنوان https الخاص به.`,
    tooLarge: 'هذا الملف أكبر من 2 GiB؛ لا يقبله أي مزوّد.',
    tooMuch:
      'الملفات التي جُلبت للطلبات في الساعة الأخيرة تملأ كل المساحة المخصصة لها، فلم يُقبل هذا. اطلب بتلك أولًا، أو أعطِ مسار الملف إلى «video-inbox submit».',
    diskFull:
      'المساحة الخالية على القرص أقل من أن تسع هذا الملف، فلم يُقبل. لا تُمسّ فيديوهاتك. أفرغ مساحة واختر الملف مجددًا.',
  },
  storage: {
    'journal-cut': ({ folder }) =>
      `قصّ برنامج آخر ملفًا في ${String(folder)} أو أزاله أثناء عمل الصندوق. لا تتأثر فيديوهاتك ولا الاستدعاءات الجديدة، وما زالت المكتبة تعرف ما كان فيه: لا تحذف المجلد index المجاور. نسخة احتياطية من المجلد journal تعيد ما ينقص؛ والأمر "video-inbox doctor" يقول المزيد.`,
    'downloads-wait': ({ limitBytes }) =>
      `الخالي على قرص المكتبة أقل من ${mebi(limitBytes)}، فتنتظر الفيديوهات الجديدة تنزيلها؛ وتُحفظ الاستدعاءات كالمعتاد. أفرغ مساحة قبل أن تنتهي روابط الفيديوهات: تتابع التنزيلات من تلقاء نفسها.`,
    'downloads-elsewhere': ({ limitBytes }) =>
      `الخالي على قرص المكتبة أقل من ${mebi(limitBytes)}، فلا ينزّل هذا الجهاز الفيديوهات: تنزّلها الأجهزة الأخرى. وتُحفظ الاستدعاءات كالمعتاد. أفرغ مساحة، فيعود إلى التنزيل من تلقاء نفسه.`,
    'disk-filling': ({ limitBytes }) =>
      `قرص المكتبة يوشك أن يمتلئ. قد تنتظر الفيديوهات الكبيرة مساحة منذ الآن؛ وإن قلّ الخالي عن ${mebi(limitBytes)} انتظرت كل الفيديوهات الجديدة. أفرغ مساحة قريبًا.`,
    'disk-full': () => `القرص ممتلئ: ${refusing}. ${providersRetry}: أفرغ مساحة و${goesOn}.`,
    'disk-low': ({ limitBytes }) =>
      `الخالي على قرص المكتبة أقل من ${mebi(limitBytes)}: ${refusing}. ${providersRetry}: أفرغ مساحة و${goesOn}.`,
    'folder-missing': ({ folder }) =>
      `اختفى مجلد المكتبة ${String(folder)}: ${refusing}. أعده (أو صِل قرصه) و${goesOn}.`,
    'folder-moved': ({ folder }) =>
      `نُقل مجلد المكتبة ${String(folder)} أو تغيّر اسمه والصندوق يعمل: ${refusing}. أعده إلى مكانه و${goesOn}، أو أنهِ الصندوق وشغّله بالمكان الجديد.`,
    'other-writer': ({ folder }) =>
      `فتح Video Inbox آخر المكتبة في ${String(folder)}، أو وُضعت مكانها نسخة أقدم. يرفض هذا الاستدعاءات كي لا يختلط شيء. أنهِ أحد الاثنين ثم شغّل هذا مجددًا.`,
    unwritable: ({ folder, reason }) =>
      `يرفض القرص ما يُكتب في ${String(folder)} (${String(reason)}): ${refusing}. تحقّق من القرص؛ ${goesOn} حين يستطيع الكتابة.`,
    'slow-disk': ({ seconds: taken }) =>
      `استغرق القرص أكثر من ${String(taken)} ثانية لحفظ استدعاء. لم يضع شيء، لكن المزوّدين قد يكفّون عن الانتظار: انظر ما الذي يشغل القرص.`,
    'database-away': () =>
      `قاعدة البيانات المشتركة لا تجيب: ${refusing}. ${providersRetry}: تحقّق من الخادم والطريق إليه و${goesOn}.`,
    'database-behind': () =>
      'لا يمكن استخدام قاعدة البيانات المشتركة الآن، فيُجاب عن الاستدعاءات بـ503 ويعيد المزوّدون المحاولة مدة. ما يصل يُحفظ على هذا الجهاز على أي حال ويُرسل تلقائيًا: تحقّق من الخادم والطريق إليه.',
    'database-full': () =>
      `قرص قاعدة البيانات المشتركة ممتلئ: ${refusing}. أفرغ مساحة على خادمها؛ ${goesOn} حين تتوفر.`,
    'database-replaced': () =>
      `قاعدة البيانات المشتركة ليست التي بدأ بها هذا التشغيل: استُعيدت، أو حلّت محلها نسخة أقدم. تُرفض الاستدعاءات كي لا يختلط شيء؛ و${providersRetry}. أنهِ الصندوق وشغّله مجددًا على كل جهاز: عندها يرسل ما ينقصها.`,
  },
  storageAnswers: {
    'disk-full': `القرص ممتلئ فلم يُحفظ شيء؛ أفرغ مساحة و${sendAgain}.`,
    'disk-low': `المساحة على القرص قليلة جدًا فلم يُحفظ شيء؛ أفرغ مساحة و${sendAgain}.`,
    'folder-missing': `تعذّر الوصول إلى المكتبة فلم يُحفظ شيء؛ ${sendAgain}.`,
    'folder-moved': `تعذّر الوصول إلى المكتبة فلم يُحفظ شيء؛ ${sendAgain}.`,
    'other-writer': `تولّى Video Inbox آخر هذه المكتبة فلم يُحفظ شيء؛ ${sendAgain}.`,
    unwritable: `تعذّر حفظ الاستدعاء؛ ${sendAgain}.`,
    'slow-disk': `تعذّر حفظ الاستدعاء؛ ${sendAgain}.`,
    'database-away': 'لا يجيب السجل المشترك، فليس مؤكدًا أن هذا حُفظ؛ أرسله مجددًا، ويُحسب مرة واحدة.',
    'database-behind': 'حُفظ هذا هنا ولم يصل بعد إلى السجل المشترك؛ أرسله مجددًا، ويُحسب مرة واحدة.',
    'database-full': `لا يقبل السجل المشترك شيئًا الآن فلم يُحفظ شيء؛ ${sendAgain}.`,
    'database-refuses': `لا يقبل السجل المشترك شيئًا الآن فلم يُحفظ شيء؛ ${sendAgain}.`,
    'database-replaced': `حلّ سجل آخر محل السجل المشترك فلم يُحفظ شيء؛ ${sendAgain}.`,
    closing: 'الصندوق قيد الإغلاق؛ أرسله مجددًا بعد لحظة.',
    'too-many': 'استدعاءات كثيرة في وقت واحد؛ أرسله مجددًا بعد لحظة.',
  },
  store: {
    progress: (files, size) =>
      `${count(files, { zero: 'لا ملفات', one: 'ملف واحد', two: 'ملفان', few: '# ملفات', many: '# ملفًا', other: '# ملف' })} هناك، ${bytes(size)}`,
    moved: (files, wereThere) =>
      `${count(files, {
        zero: 'لم يُنقل أي ملف إلى هناك',
        one: 'نُقل ملف واحد إلى هناك وقورن',
        two: 'نُقل ملفان إلى هناك وقورنا',
        few: 'نُقلت # ملفات إلى هناك وقورنت',
        many: 'نُقل # ملفًا إلى هناك وقورنت',
        other: 'نُقل # ملف إلى هناك وقورنت',
      })}${wereThere === 0 ? '' : `؛ وكان هناك من قبل: ${number(wereThere)}`}. أُزيلت القديمة.`,
    left: (left) =>
      `الملفات التي تبقى في المخزن لأن لا مهمة في هذه المكتبة تذكرها: ${number(left)}. هي لمكتبة أخرى، أو لجهاز توقّف قبل أن يرسل كل ما استلمه. شغّل ذلك الجهاز كما كان حتى يُظهر "video-inbox status" هناك أن ما للإرسال 0، ثم أوقفه وأعد تشغيل هذا.`,
    bytesLeft:
      'بياناتها ما زالت في الحاوية: تعذّر حذفها الآن، أو في المجلد نفسه مقاطع لمكتبة أخرى. أعد تشغيل هذا للمحاولة مرة أخرى، أو أفرغ المجلد هناك حين لا يحتاجه أحد.',
    useShelf: 'شغّل الصندوق من الآن فصاعدًا مع VIDEO_INBOX_STORE_URL معيّنًا على هذا العنوان.',
    useDisk: 'شغّل الصندوق من الآن فصاعدًا بلا VIDEO_INBOX_STORE_URL.',
  },
  sync: {
    noSuchFile: 'ليس في هذه المكتبة فيديو محفوظ له SHA-256 هذا.',
    noCertificate: (file, reason) =>
      `لا يمكن استعمال الشهادة أو المفتاح في ${file}: ${reason}. أصلحه، أو ابدأ بلا ‎--sync-cert و ‎--sync-key خلف وكيل لك.`,
    identityBroken: (file) =>
      `تعذّرت قراءة الملف الذي يعرّف هذا الجهاز عند الأجهزة الأخرى (${file}). استعده من نسخة احتياطية. وإن لم توجد فأزله ثم ابدأ من جديد: يصبح هذا الجهاز عندئذ جديدًا عند غيره، ويجب توصيل نسخه من جديد. لا تُمسّ فيديوهاتك.`,
  },
  tunnel: {
    none: 'لا نفق مُعدّ، فلا يصل إلى رابط الاستدعاء إلا برامج هذا الحاسوب.',
    tokenMissing:
      'يحتاج النفق إلى رمز ngrok (authtoken) الخاص بك. الصقه في الإعدادات، أو شغّل "video-inbox tunnel set-token". حتى ذلك الحين يعمل صندوق الوارد على هذا الحاسوب فقط.',
    stopped: 'النفق متوقف، فلا يصل إلى رابط الاستدعاء إلا برامج هذا الجهاز.',
    refused: {
      '105': `ليس هذا authtoken من ngrok، ف${noCallbacks}. انسخ authtoken من ${tokenPage} والصقه في الإعدادات.`,
      '106': `هذا authtoken من الإصدار الأول من ngrok ولم يعد يعمل، ف${noCallbacks}. انسخ الحالي من ${tokenPage} والصقه في الإعدادات.`,
      '107': `لم يعد ngrok يقبل هذا authtoken: أُعيد ضبطه أو أُلغي، أو فقد حسابه الصلاحية. ${noCallbacks} حتى تنسخ واحدًا جديدًا من ${tokenPage} وتلصقه في الإعدادات.`,
      '108': `في حسابك لدى ngrok من العملاء المتصلين كل ما تسمح به خطته (ثلاثة في المجانية). ${noCallbacks} حتى توقف ngrok على جهاز آخر أو تنهي جلسة منسية في dashboard.ngrok.com/agents؛ ${keepsTrying}`,
      '120': `لم يعد ngrok يدعم هذا الإصدار من عميله، ف${noCallbacks}. حدّث Video Inbox.`,
      '320': `النطاق الذي في الإعدادات لحساب ngrok آخر، ف${noCallbacks}. اختر نطاقًا مدرجًا في ${domainPage}.`,
      '324': `يرفض ngrok نقطة وصول أخرى في هذه الجلسة، ف${noCallbacks}. أوقف النقاط الأخرى في dashboard.ngrok.com/endpoints وافحص مجددًا.`,
      '326': `لا يعرف ngrok النطاق الذي في الإعدادات، ف${noCallbacks}. اختر نطاقًا مدرجًا في ${domainPage}.`,
      '334': `عنوانك العام متصل من مكان آخر، فتذهب الاستدعاءات إلى هناك لا إلى هنا. أوقف النسخة الأخرى من Video Inbox أو ngrok، أو اختر نطاقًا آخر في الإعدادات؛ ${keepsTrying}`,
      '702': 'يجيب ngrok بأن الطلبات كثرت جدًا في وقت قصير، فرُدّت بعض الاستدعاءات. يعيد Video Inbox المحاولة بعد دقيقة.',
      '727': `نفدت طلبات هذا الشهر في خطتك لدى ngrok، ف${noCallbacks}. ارفع الخطة في dashboard.ngrok.com/billing أو انتظر الشهر القادم؛ وما زال يمكن جلب معظم النتائج يدويًا.`,
      '734': `يجيب ngrok بأن الاتصالات كثرت جدًا في وقت قصير، ف${noCallbacks}. يعيد Video Inbox المحاولة بعد دقيقة.`,
      '1214': `يجيب ngrok بأن حسابك يفعل الكثير في وقت قصير، ف${noCallbacks}. يعيد Video Inbox المحاولة بعد دقيقة.`,
      '4018': `يطلب ngrok أن يكون authtoken لحساب تأكد بريده الإلكتروني، ف${noCallbacks}. أكّد الحساب ثم انسخ authtoken من ${tokenPage} والصقه في الإعدادات.`,
      '4027': `نفد نقل البيانات لهذا الشهر في خطتك لدى ngrok، ف${noCallbacks}. ارفع الخطة في dashboard.ngrok.com/billing أو انتظر الشهر القادم؛ وما زال يمكن جلب معظم النتائج يدويًا.`,
      '9040': `لا يسمح حسابك لدى ngrok بعملاء من هذه الشبكة، ف${noCallbacks}. اسمح بعنوان IP هذا في dashboard.ngrok.com/ip-policies أو استخدم شبكة أخرى.`,
    },
    refusedOther: (code) =>
      `رفض ngrok الاتصال بالخطأ ERR_NGROK_${code}، ف${noCallbacks}. انظر ngrok.com/docs/errors/err_ngrok_${code}؛ ${keepsTrying}`,
    trouble: {
      'no-module':
        'ينقص جزء ngrok الذي يحتاجه هذا النظام، فلا عنوان عام؛ والاستدعاءات من هذا الجهاز ما زالت تعمل. ثبّت Video Inbox مجددًا أو استخدم ‎--public-url مع وكيل لك.',
      unreachable: `تعذّر الوصول إلى ngrok، ف${noCallbacks}. تحقّق من الاتصال بالإنترنت ومن أن جدار الحماية لا يحجب المنفذ 443 على connect.ngrok-agent.com؛ ${keepsTrying}`,
      tls: `تعذّر إنشاء الاتصال الآمن مع ngrok، ف${noCallbacks}. ربما يقرأ وكيل أو جدار حماية أو مضاد فيروسات البيانات المشفّرة: اسمح بمرور connect.ngrok-agent.com؛ ${keepsTrying}`,
      hung: `لا يجيب ngrok، ف${noCallbacks}. تحقّق من الاتصال بالإنترنت أو انظر status.ngrok.com؛ ${keepsTrying}`,
      lost: `انقطع الاتصال بـ ngrok، ف${noCallbacks}. يعيد Video Inbox الاتصال.`,
      frozen: `توقف ngrok عن الإجابة عبر اتصال يبدو سليمًا، ف${noCallbacks}. يعيد Video Inbox الاتصال.`,
      died: `انتهت فجأة العملية التي تحمل الاتصال بـ ngrok، ف${noCallbacks}. يشغّلها Video Inbox مجددًا؛ وإن استمر هذا ففي ملف السجل التفاصيل.`,
      unknown: `فشل الاتصال بـ ngrok لسبب لا يعرفه Video Inbox، ف${noCallbacks}. في ملف السجل التفاصيل؛ ${keepsTrying}`,
    },
    probe: {
      timeout:
        'لم يُجب في الوقت المناسب طلب اختبار إلى عنوانك العام، فقد تضيع استدعاءات. يعيد Video Inbox المحاولة من تلقاء نفسه؛ وإن استمر هذا فانظر status.ngrok.com.',
      unreachable:
        'تعذّر الوصول إلى عنوانك العام من هذا الجهاز، فقد تضيع استدعاءات. تحقّق من الاتصال بالإنترنت ومن أن جدار الحماية أو مرشّح DNS لا يحجب العنوان.',
      certificate:
        'تعذّر فحص شهادة عنوانك العام، فلا يُعرف هل تصل الاستدعاءات. ربما يقرأ وكيل أو مضاد فيروسات على هذا الجهاز البيانات المشفّرة.',
      'offline-endpoint': 'يقول ngrok إن لا شيء متصل خلف عنوانك العام، فتضيع الاستدعاءات. يعيد Video Inbox الاتصال.',
      upstream:
        'يعمل عنوانك العام، لكن مستقبِل الاستدعاءات في Video Inbox لم يجب خلفه، فتضيع الاستدعاءات. أعد تشغيل Video Inbox.',
      limit: 'يرد ngrok الطلبات إلى عنوانك العام لأن خطتك بلغت حدًا، فتضيع الاستدعاءات. انظر dashboard.ngrok.com/usage.',
      elsewhere:
        'شيء آخر يجيب على عنوانك العام، فلا تصل الاستدعاءات إلى Video Inbox. تحقّق من أن العنوان أو الوكيل أو النطاق يشير إلى هذا الجهاز.',
      waiting:
        'أُعيد الاتصال بـ ngrok مرات كثيرة في وقت قصير؛ وتوفيرًا لطلبات خطتك يُختبر مجددًا بعد بضع دقائق. قد تضيع استدعاءات حتى ذلك الحين.',
    },
    probeOwnProxy:
      'لم يعد إلى Video Inbox طلب اختبار أُرسل إلى رابطك العام، فقد تضيع استدعاءات. تحقّق من أن الوكيل يعمل ويمرّر /c/ إلى منفذ الاستدعاءات. بعض الموجّهات لا تدع جهازًا يصل إلى عنوانه العام؛ فيفشل هذا الاختبار مع أن الاستدعاءات تصل.',
    urlChanged: ({ from, to, since }) =>
      `تغيّر عنوانك العام في ${since} من ${from} إلى ${to}: المهام التي بدأت قبل ذلك ما زالت تستدعي القديم، فاجلب نتائجها يدويًا، واستخدم الرابط الجديد من الآن فصاعدًا.`,
    fixDomain: `عيّن نطاق حسابك في الإعدادات (مجانًا في ${domainPage}) فيبقى رابط الاستدعاء كما هو دائمًا.`,
    authtoken: {
      empty: `الصق authtoken الخاص بك في ngrok: تجده في ${tokenPage}.`,
      spaces: `authtoken كلمة واحدة بلا مسافات. انسخه مجددًا من ${tokenPage}.`,
      characters: `يتكون authtoken من حروف وأرقام وشرطة سفلية فقط. انسخه مجددًا من ${tokenPage}.`,
      tooShort: `هذا أقصر من أن يكون authtoken. انسخه مجددًا من ${tokenPage}.`,
      tooLong: `هذا أطول من أن يكون authtoken. انسخه مجددًا من ${tokenPage}.`,
      otherKind: `هذا اسم مفتاح أو بيانات اعتماد، لا authtoken نفسه. انسخ authtoken من ${tokenPage}.`,
      otherService: `هذا مفتاح خدمة أخرى. انسخ authtoken الخاص بـ ngrok من ${tokenPage}.`,
      v1: `يبدو هذا authtoken من الإصدار الأول من ngrok، ولم يعد يعمل. انسخ الحالي من ${tokenPage}.`,
      link: 'هذا رابط لا authtoken. افتحه وانسخ authtoken والصقه.',
    },
    domain: {
      notADomain: `هذا ليس اسم نطاق. انسخه من ${domainPage}؛ وهو يشبه your-name.ngrok-free.dev.`,
      wildcard: 'لا يمكن استعمال حرف بدل هنا. اختر اسم نطاق كاملًا واحدًا.',
    },
  },
  twin: {
    noToken:
      'يحتاج الصندوق الآخر إلى رمز. أنشئ رمزًا هناك بالأمر «video-inbox api-key new --scope twin» وعيّنه هنا: «video-inbox secret set TWIN_TOKEN» أو VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    ownLibrary: 'في هذه المكتبة فيديوهات خاصة بها، و ‎--twin يصنع نسخة من أخرى. ابدأ مع ‎--data-dir آخر؛ لم يتغيّر شيء.',
    ownVideos:
      'في هذه المكتبة فيديوهات خاصة بها، والنسخة تحل محلها. ابدأ بمكتبة فارغة (مجلد بيانات آخر) واربط تلك؛ لم يتغيّر شيء.',
    noAddress: 'يبدأ عنوان الصندوق الآخر بـ https:// أو http://، كما يذكره «‎--sync-port» لديه.',
    byFlag:
      'حُدّد الصندوق الذي هذا نسخة منه عند البدء، بـ ‎--twin أو VIDEO_INBOX_DATABASE_URL أو البيئة. غيّره هناك؛ لم يتغيّر شيء.',
    otherTwin: 'يجيب على هذا العنوان صندوق غير الذي هذه المكتبة نسخة منه. لم يؤخذ منه شيء.',
    refused:
      'لا يقبل الصندوق الآخر الرمز. أنشئ رمزًا جديدًا هناك بالأمر «video-inbox api-key new --scope twin» وعيّنه هنا: «video-inbox secret set TWIN_TOKEN» أو VIDEO_INBOX_SECRET_TWIN_TOKEN.',
    away: 'تعذّر الآن الوصول إلى الصندوق الآخر. هو يواصل قبول الاستدعاءات؛ ويأتي ما لديه حالما يمكن الوصول إليه.',
    certificate: (code) =>
      `شهادة الصندوق الآخر غير موثوقة على هذا الجهاز (${code})، فلم يُطلب منه شيء. المتغيّر NODE_EXTRA_CA_CERTS=FILE في بيئة هذا الصندوق يسمّي شهادة موثوقة.`,
    catchingUp: (waiting) =>
      `تلحق هذه النسخة بالصندوق الآخر: بقي نحو ${number(waiting)} من التغييرات. ويمكن استخدام ما هو هنا في هذه الأثناء.`,
    onlyHere: (count, names) =>
      `أُعيد الصندوق الآخر إلى حالة أقدم، كما من نسخة احتياطية. المهام التي لم تبق إلا هنا: ${number(count)} (${names}). وهي باقية هنا، مع المقاطع التي جُلبت إلى هنا. لتعود هناك أيضًا: "video-inbox export TASK_ID --to DIR --metadata" هنا و"video-inbox import DIR" هناك.`,
    notTaken: (count, names) =>
      `لم يقبل الصندوق الآخر تغييرات من هذه النسخة: ربما كان إصدارًا أقدم. تبقى هنا فقط، ولم يُمسّ أي مقطع. المهام: ${number(count)} (${names}). حدّث الصندوق هناك ثم أعد التغيير هنا، أو غيّرها هناك.`,
    noTunnelThere:
      'لا عنوان عام للصندوق الآخر، فلا يصل إلى رابط استدعائه إلا برامج الحاسوب الذي يعمل عليه. اجعله قابلًا للوصول من هناك.',
    newerThere:
      'الصندوق الآخر إصدار أحدث: لا تستطيع هذه النسخة قراءة بعض تغييراته فتتركها، وتأخذ كل ما سواها. حدّث هذه النسخة فتأخذ تلك أيضًا. لم يُمسّ أي مقطع.',
    notSync: (status) =>
      `ما يجيب على عنوان الصندوق الآخر ليس منفذه المخصّص للنسخ (HTTP ${String(status)}): إما منفذ آخر له، أو صفحة دخول للشبكة، أو وكيل يقود إلى مكان آخر. لم يؤخذ منه شيء، وما هنا باقٍ. العنوان هو ما يخبر به «serve --sync-port» هناك.`,
    troubled: (status) =>
      `يجيب الصندوق الآخر، أو وكيل أمامه، بأنه لا يستطيع الآن (HTTP ${String(status)}). ما هنا باقٍ، والعلامات تنتظر هنا؛ وتواصل هذه النسخة المحاولة. إن طال ذلك فانظر هناك بالأمر «video-inbox status»: فقد لا تُقبل الاستدعاءات في هذه الأثناء.`,
    leadsElsewhere: (origin) =>
      `يقود عنوان الصندوق الآخر إلى ${origin}، ولا يُرسل الرمز إلا إلى العنوان الذي أُدخل. ما هنا باقٍ. إن كان ذاك صندوقك فاتصل به من جديد.`,
    expired:
      'انتهت صلاحية شهادة الصندوق الآخر، أو أن ساعة هذا الجهاز خاطئة، فلم يُطلب منه شيء. ما هنا باقٍ. جدّد الشهادة هناك: يأخذها ذلك الصندوق خلال دقيقة، ويأخذها الوكيل الذي أمامه بعد إعادة تحميله.',
    otherName:
      'شهادة الصندوق الآخر لاسم غير الذي في العنوان، فلم يُطلب منه شيء. ما هنا باقٍ. اتصل من جديد بالاسم الذي في الشهادة، أو اجعلها لهذا الاسم.',
    noTls:
      'لا شيء على عنوان الصندوق الآخر يتحدث TLS كما ينبغي، فلم يُطلب منه شيء. ما هنا باقٍ. إن لم تكن لذلك الصندوق شهادة فعنوانه يبدأ بـ http://، كما يخبر عند بدئه.',
    needsTls:
      'عنوان الصندوق الآخر لا يتحدث إلا TLS، والعنوان المعطى يبدأ بـ http://، فلم يصل شيء. ما هنا باقٍ. أعطِ العنوان نفسه بـ https://.',
    proxy: (host, errno) =>
      `تعذّر الوصول إلى الصندوق الآخر: الوكيل ${host} لا يمرّر شيئًا (${errno}). ما هنا باقٍ. تحقّق من الوكيل في إعدادات هذا الجهاز أو إعدادات Video Inbox، أو اذكر مضيف ذلك الصندوق في NO_PROXY.`,
    itself:
      'الصندوق على هذا العنوان هو هذا نفسه، أو نسخة منه: لن تصل الاستدعاءات إلى أي منهما، ولم يؤخذ شيء. أدخل عنوان الصندوق الذي يستقبل الاستدعاءات، أو لا تجعل هذا نسخة.',
    cameApart: (count, names) =>
      `مهام وصلت حين لم يكن هذا الصندوق نسخة، ولا توجد إلا هنا: ${number(count)} (${names}). النسخة لا تنزّل مقاطع من المزوّدين: ما لم يُحفظ حينها لا يُنزَّل ما دام نسخة، وينتهي رابطه. افصل الاتصال حتى يُحفظ. لتكون هناك أيضًا: "video-inbox export TASK_ID --to DIR --metadata" هنا و"video-inbox import DIR" هناك.`,
    notThere:
      'الصندوق الآخر هو من يفعل هذا، وليست لديه هذه المهمة. لم يتغيّر شيء، والمقطع باقٍ هنا. استورده هناك أولًا، أو افصل هذه النسخة وافعله هنا.',
    onlyThere: 'الصندوق الآخر هو من يفعل هذا، وتعذّر الآن الوصول إليه. لم يتغيّر شيء؛ أعد المحاولة حين يعود.',
    diskLow: (limitBytes) =>
      `الخالي على قرص هذه النسخة أقل من ${mebi(limitBytes)}، فلا تجلب مزيدًا من الفيديوهات من تلقاء نفسها؛ وما يُفتح منها يأتي. لا يضيع أي فيديو: هي في الصندوق الآخر، وهو يقبل الاستدعاءات كالمعتاد. أفرغ مساحة، أو اختر في الإعدادات جلب عدد أقل.`,
    diskFilling: (limitBytes) =>
      `قرص هذه النسخة يوشك أن يمتلئ: إن قلّ الخالي عن ${mebi(limitBytes)} لم تجلب مزيدًا من الفيديوهات من تلقاء نفسها. أفرغ مساحة قريبًا، أو اختر في الإعدادات جلب عدد أقل.`,
    diskFull:
      'قرص هذه النسخة ممتلئ: جديد الصندوق الآخر ينتظر هناك، ولا يمكن وسم شيء هنا. لا يضيع أي فيديو، وذلك الصندوق يقبل الاستدعاءات كالمعتاد. أفرغ مساحة فتتابع هذه النسخة من تلقاء نفسها.',
    folderAway: (folder) =>
      `لا تستطيع هذه النسخة حفظ شيء في ${folder}: جديد الصندوق الآخر ينتظر هناك، ولا يمكن وسم شيء هنا. لا يضيع أي فيديو، وذلك الصندوق يقبل الاستدعاءات كالمعتاد. تأكّد أن المجلد في مكانه وأن الكتابة على قرصه ممكنة: تتابع هذه النسخة عندئذ من تلقاء نفسها.`,
    diskSlow: (taken) =>
      `استغرق قرص هذه النسخة أكثر من ${String(taken)} ثانية لحفظ ما جاء من الصندوق الآخر أو ما وُسم هنا. لا يضيع أي فيديو، وذلك الصندوق يقبل الاستدعاءات كالمعتاد: انظر ما الذي يشغل القرص.`,
    notHere: 'هذا الصندوق نسخة من صندوق آخر، وهو من يفعل هذا. افعله هناك؛ لم يتغيّر شيء.',
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
      return `ينقص ${field}.`;
    case 'too-long':
      return `عدد محارف ${field} ${show('length')}؛ الحد الأقصى ${show('max')}.`;
    case 'no-choice':
      return `لا يمكن أن يكون ${field} «${show('value')}»؛ يمكن أن يكون ${show('choices')}.`;
    case 'no-number':
      return `يجب أن يكون ${field} عددًا.`;
    case 'too-small':
      return `يجب ألا يقل ${field} عن ${show('min')}.`;
    case 'too-large':
      return `يجب ألا يزيد ${field} على ${show('max')}.`;
    case 'too-many':
      return `أقصى ما يقبله ${field} هو ${show('max')}، لا ${show('count')}.`;
    case 'no-place':
      return `لا يقبل هذا النموذج ${field === 'image' ? 'صورة' : 'فيديو'}، ومن دون ذلك سيُصنع فيديو آخر. احذفه أو اختر نموذجًا يقبله.`;
    case 'said-twice':
      return `أُعطي ${field} مرتين بقيمتين مختلفتين، ولن تُرسل إلا واحدة. احذف إحداهما.`;
    case 'file-too-large':
      return `أقصى حجم لـ ${field} هو ${megabytes(params['maxBytes'], 'أقل من هذا')}؛ وحجم هذا الملف ${megabytes(params['sizeBytes'], 'أكبر')}. صغّره ثم أعد المحاولة.`;
    case 'video-too-long':
      return `أقصى مدة لـ ${field} هي ${show('maxSeconds')} s؛ ومدة هذا ${seconds(params['seconds'], 'أطول')}. قصّه ثم أعد المحاولة.`;
    case 'only-beginning':
      return `لا يُستعمل من ${field} إلا أول ${show('usedSeconds')} s؛ ومدة هذا ${seconds(params['seconds'], 'أطول')}.`;
    case 'unknown-field':
      return `${field} ليس حقلًا في هذا النموذج؛ يُرسل، وقد يتجاهله المزوّد.`;
  }
}
