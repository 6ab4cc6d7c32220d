/**
 * State words of other languages: by their stems, since senders bend them (`completado`, `completata`, `completó`).
 * Asked only where no English word fits.
 */
import type { TaskState } from '../model.ts';

type Known = Exclude<TaskState, 'unknown'>;

/** Without accents. A star stands for any ending; without one it is the whole word. */
const stems: Readonly<Record<Known, string>> = {
  failed: `fehl* gescheit* abgebroch* abgelehn* abgelauf* storn* ungultig* zuruckgewies* gesperrt* echou* echec* annul* refus* rejet*
    erreur* fallid* fallit* fallo* cancelad* cancellat* rechaz* rejeit* rifiut* respin* errat* erro errore errori scadut*
    caducad* vencid* mislukt* geannul* afgewez* fout* verlop* misslyck* avbrut* nekad* feil* mislykk* fejl* afvis* virhe*
    epaonnist* peruut* hylat* blad blednie bledy anulowan* odrzucon* niepowodz* nieudan* chyb* selhal* zrusen* zamitnut* hata*
    basarisiz* iptal* reddedil* gagal* dibatalkan* ditolak* hiba* sikertelen* esuat* eroare* anulat* ungultig* falhou* falha*
    invalid* dibloker*`,
  processing: `verarbeit* bearbeitet bearbeitung* eingereih* wart* laufend* laufen gestartet* curso cola coda fila procesand* processand*
    proceso traitement* pendient* pendent* espera* attes* attent* aguard* elaboraz* lavoraz* corso progreso andamento wacht* bezig*
    verwerk* behandl* bearbetas* bearbetning* vantar* pagar venter* kasittel* odotta* jonossa* kesken* toku oczek* przetwarz*
    kolej* zpracov* ceka* fronte beklem* isleni* sirada* suruyor* diproses* menunggu* antre* antrian* berjalan* dang
    feldolgoz* varakoz* procesare* astept* finalizand* generand* generazione* cours`,
  succeeded: `erfolg* fertig* abgeschloss* erledig* termine terminee terminer terminad* terminat* reuss* acheve* complet* conclu* finaliz*
    exito* exitos* riuscit* success* sucess* pronto pronta listo lista klaar* voltooi* gelukt* gereed* fardig* klar klart lyckad*
    slutford* ferdig* fullfort* faerdig* valmis* onnistu* gotow* zakonczon* ukonczon* sukces* hotov* dokoncen* uspes* uspech*
    tamamlan* basaril* hazir* selesai* berhasil* sukses* kesz* sikeres* befejez* gata`,
};

/** Written together, with `_` for what stands between the words. */
const phrases: Readonly<Record<Known, string>> = {
  failed: 'that_bai loi da_huy bi_loi tu_choi',
  processing: 'dang_xu_ly cho_xu_ly hang_doi dang_cho',
  succeeded: 'thanh_cong hoan_thanh hoan_tat da_xong',
};

/** In scripts whose words have no ends to look for: a failure first, then what goes on. */
const elsewhere: readonly (readonly [Known, RegExp])[] = [
  [
    'failed',
    /ошиб|неуда|не[_ ]?удал|неусп|отмен|отклон|сбой|провал|помилк|скасов|відхил|실패|오류|에러|취소|거부|만료|エラー|キャンセル|فشل|خطأ|ملغ|مرفوض|נכשל|שגיאה|בוטל|ล้มเหลว|ผิดพลาด|ยกเลิก|ไม่สำเร็จ|विफल|असफल|त्रुटि|रद्द|αποτυχ|σφαλμα|σφάλμα|ακυρ/u,
  ],
  [
    'processing',
    /обрабатыва|обработк|ожида|очеред|выполняется|процесс|созда[её]тся|генерир|запущ|загруж|обробк|очіку|черз|[가-힣]\s*중|중$|대기|진행|예정|しています|している|قيد|جار|انتظار|معالج|מעבד|ממתין|בתהליך|בתור|กำลัง|รอ|प्रगति|प्रतीक्षा|प्रक्रिया|επεξεργ|αναμον/u,
  ],
  [
    'succeeded',
    /готов|заверш|успе[хш]|успішн|выполнен|виконан|обработан|완료|성공|しました|مكتمل|اكتمل|نجاح|ناجح|جاهز|הושלם|מוכן|הצליח|สำเร็จ|เสร็จ|पूर्ण|सफल|तैयार|ολοκληρ|επιτυχ/u,
  ],
];

const words = new Map<string, Known>();
const beginnings = new Map<string, Known>();
const whole = new Map<string, Known>();
for (const state of ['failed', 'processing', 'succeeded'] as const) {
  for (const stem of stems[state].split(/\s+/)) {
    if (stem.endsWith('*')) beginnings.set(stem.slice(0, -1), state);
    else words.set(stem, state);
  }
  for (const phrase of phrases[state].split(' ')) whole.set(phrase, state);
}
const shortest = 4;
const longest = Math.max(...[...beginnings.keys()].map(({ length }) => length));

const letters: Readonly<Record<string, string>> = { đ: 'd', ł: 'l', ı: 'i', ø: 'o', æ: 'ae', ß: 'ss' };

/** @param snake In lower case, its words with `_` between them. @param english What a word means in English. */
export function stateAbroad(snake: string, english: (word: string) => Known | undefined): Known | undefined {
  if (!/^[\p{Script=Latin}\p{N}\p{M}_]*$/u.test(snake)) {
    const spaced = snake.replaceAll('_', ' ');
    return elsewhere.find(([, pattern]) => pattern.test(spaced))?.[0];
  }
  const plain = snake
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .replace(/[đłıøæß]/g, (letter) => letters[letter] ?? letter);
  const phrase = whole.get(plain);
  if (phrase !== undefined) return phrase;
  const meanings = plain.split('_', maxWords).map((word) => english(word) ?? meaningOf(word));
  return meanings.includes('failed') ? 'failed' : meanings.findLast((meaning) => meaning !== undefined);
}

const maxWords = 6;

function meaningOf(word: string): Known | undefined {
  const exact = words.get(word);
  if (exact !== undefined) return exact;
  for (let length = Math.min(longest, word.length); length >= shortest; length--) {
    const meaning = beginnings.get(word.slice(0, length));
    if (meaning !== undefined) return meaning;
  }
  return undefined;
}
