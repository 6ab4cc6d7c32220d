/** How long videos of a model usually take, learned from those that came. */
import { createRecentMap } from '../storage/recent-map.ts';

export interface UsualTimes {
  learn(provider: string, model: string | null, durationMs: number): void;
  /** @param documented what is said of the provider, used until enough was seen. */
  of(provider: string, model: string | null, documented: number): number;
}

const kept = 31;
/** Bodies name the model, and strangers name what they like. */
const rememberedModels = 1000;
const enough = 3;
const longestMs = 24 * 3_600_000;
/** Half of all videos take longer than the median; asking about these would be asking in vain. */
const allowance = 1.5;

export function createUsualTimes(): UsualTimes {
  const seen = createRecentMap<string, number[]>(rememberedModels);

  function usual(name: string): number | null {
    const durations = seen.get(name);
    if (durations === undefined || durations.length < enough) return null;
    const sorted = durations.toSorted((a, b) => a - b);
    return (sorted[Math.floor(sorted.length / 2)] ?? 0) * allowance;
  }

  return {
    learn(provider, model, durationMs) {
      if (!(durationMs > 0) || durationMs > longestMs) return;
      for (const name of model === null ? [provider] : [provider, `${provider} ${model}`]) {
        const durations = seen.get(name) ?? [];
        durations.push(durationMs);
        if (durations.length > kept) durations.shift();
        seen.set(name, durations);
      }
    },
    of: (provider, model, documented) =>
      (model === null ? null : usual(`${provider} ${model}`)) ?? usual(provider) ?? documented,
  };
}
