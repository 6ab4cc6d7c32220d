/** The doctor, asked from a window: tells how far it is, and lets every window look again at the end. */
import type { InboxEvent } from '../../../common/contract.ts';
import type { DoctorOptions, DoctorReport } from '../../../common/doctor-report.ts';
import { lastCheckOf, type LastCheck } from '../../doctor/diagnostics.ts';
import { runDoctor, type DoctorPorts } from '../../doctor/doctor.ts';

const tellEveryMs = 250;

export interface LibraryCheck {
  run(what: DoctorOptions): Promise<DoctorReport>;
  /** Of this process. */
  last(): LastCheck | null;
}

export function createLibraryCheck(
  ports: Omit<DoctorPorts, 'onChecked' | 'onRead'>,
  publish: (event: InboxEvent) => void,
): LibraryCheck {
  let last: LastCheck | null = null;
  async function run(what: DoctorOptions): Promise<DoctorReport> {
    const videosTotal = ports.library.statusCounts().videos.saved;
    const onChecked = atMostEvery(tellEveryMs, (videosChecked: number) =>
      publish({ name: 'library:checking', data: { videosChecked, videosTotal } }),
    );
    const report = await runDoctor({ ...ports, onChecked }, what);
    last = lastCheckOf(report);
    publish({ name: 'resync', data: {} });
    return report;
  }
  return { run, last: () => last };
}

/** Passes on the first call and then at most one in each span. */
function atMostEvery<T>(spanMs: number, tell: (value: T) => void): (value: T) => void {
  let toldAt = -Infinity;
  return (value) => {
    const now = performance.now();
    if (now - toldAt < spanMs) return;
    toldAt = now;
    tell(value);
  };
}
