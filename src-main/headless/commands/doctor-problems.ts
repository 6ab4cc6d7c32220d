import type { DoctorReport } from '../../common/doctor-report.ts';
import { say } from '../../common/texts/language.ts';
import { heard } from '../../common/texts/sentence.ts';
import { terminalTexts } from '../texts/en.ts';

const { doctor: words } = terminalTexts;
const shownOfAKind = 50;

/** What the doctor found, for a person: of each kind some, so that a hundred thousand missing films hide no damaged journal. */
export function problemLines(problems: DoctorReport['problems']): readonly string[] {
  return [...new Set(problems.map(({ code }) => code))].flatMap((kind) => {
    const all = problems.filter(({ code }) => code === kind);
    const lines = all
      .slice(0, shownOfAKind)
      .map((problem) => (problem.mended ? words.mended : words.found)(say(heard(problem))));
    return all.length > shownOfAKind ? [...lines, words.more(all.length - shownOfAKind)] : lines;
  });
}
