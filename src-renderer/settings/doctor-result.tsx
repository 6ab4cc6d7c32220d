import { CircleAlert, CircleCheck } from 'lucide-react';
import type { DoctorReport } from '../../src-main/common/doctor-report.ts';
import { useInbox } from '../inbox.ts';
import { settingsTexts } from '../texts/texts.ts';
import styles from './library-section.module.css';

const words = settingsTexts.library;
const mostShown = 50;

/** What a check of the library found, in sentences. */
export function DoctorResult({ report }: { readonly report: DoctorReport }) {
  const { format } = useInbox();
  const tasks = words.tasks(report.tasks, format.number(report.tasks));
  const videos = words.videos(report.videosChecked, format.number(report.videosChecked));
  const open = report.problems.filter(({ mended }) => !mended).length;
  // What needs the person first.
  const problems = report.problems.toSorted((a, b) => Number(a.mended) - Number(b.mended));
  const left = problems.length - mostShown;
  const Icon = open === 0 ? CircleCheck : CircleAlert;
  return (
    <>
      <p className={styles['verdict']} data-ok={open === 0 || undefined}>
        <Icon size={16} aria-hidden />
        {problems.length === 0
          ? words.allWell(tasks, videos)
          : open === 0
            ? words.mended(tasks, videos)
            : words.problems(open, format.number(open), tasks, videos)}
      </p>
      {problems.length === 0 ? null : (
        <ul className={styles['problems']}>
          {problems.slice(0, mostShown).map(({ code, message, path, mended }) => (
            <li key={`${code} ${path ?? ''} ${message}`}>
              <strong>{mended ? words.mark.mended : words.mark.open}</strong> {message}
            </li>
          ))}
          {left > 0 ? <li>{words.more(left, format.number(left))}</li> : null}
        </ul>
      )}
    </>
  );
}
