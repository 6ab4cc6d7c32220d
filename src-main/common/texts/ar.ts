import type { CorePack } from './core-packs.ts';

export const pack: Partial<CorePack> = {
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
