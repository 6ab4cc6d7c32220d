/** Memory and descriptors of a process over time, as slopes. Linux: read from /proc; elsewhere there are none. */
import { readdir, readFile } from 'node:fs/promises';

interface Sample {
  /** Seconds since the first. */
  readonly at: number;
  readonly residentMiB: number;
  readonly descriptors: number;
}

export interface ProcessSlopes {
  /** Call every few seconds. The first half minute of a process is its start and not looked at. */
  sample(pid: number): Promise<void>;
  /** One line: levels, and slopes per hour over all samples. */
  told(): string;
}

const warmUpSeconds = 30;

export function createProcessSlopes(): ProcessSlopes {
  const startedMs = Date.now();
  const bornMs = new Map<number, number>();
  const samples: Sample[] = [];

  return {
    async sample(pid) {
      const now = Date.now();
      const born = bornMs.get(pid) ?? now;
      bornMs.set(pid, born);
      if (now - born < warmUpSeconds * 1000) return;
      try {
        const status = await readFile(`/proc/${String(pid)}/status`, 'utf8');
        const kib = Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
        const descriptors = (await readdir(`/proc/${String(pid)}/fd`)).length;
        samples.push({ at: (now - startedMs) / 1000, residentMiB: kib / 1024, descriptors });
      } catch {
        // It ended meanwhile, or there is no /proc.
      }
    },
    told() {
      if (samples.length < 3) return 'too short for slopes of memory and descriptors';
      const slopes = [
        line('resident memory', 'MiB', (sample) => sample.residentMiB),
        line('descriptors', '', (sample) => sample.descriptors),
      ];
      return `${slopes.join('; ')} (${String(samples.length)} samples)`;
    },
  };

  function line(name: string, unit: string, of: (sample: Sample) => number): string {
    const values = samples.map(of);
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const meanAt = samples.reduce((sum, { at }) => sum + at, 0) / samples.length;
    let above = 0;
    let below = 0;
    for (const sample of samples) {
      above += (sample.at - meanAt) * (of(sample) - mean);
      below += (sample.at - meanAt) ** 2;
    }
    const perHour = below === 0 ? 0 : (above / below) * 3600;
    const range = `${Math.min(...values).toFixed(0)} to ${Math.max(...values).toFixed(0)}`;
    return `${name} ${range} ${unit}, ${perHour >= 0 ? '+' : ''}${perHour.toFixed(1)} ${unit} an hour`.replaceAll(
      '  ',
      ' ',
    );
  }
}
