/** What is learned from the tasks that were here: how long they take, what they cost, and how long their links live. */
import type { StampedEvent } from '../../common/events.ts';
import type { Task } from '../../common/model.ts';
import { createLinkLives, type LinkLives } from './link-lives.ts';
import { createUsualCosts, type UsualCosts } from './usual-costs.ts';
import { createUsualTimes, type UsualTimes } from './usual-times.ts';

export interface Learning {
  readonly usual: Pick<UsualTimes, 'of'>;
  readonly costs: Pick<UsualCosts, 'of'>;
  readonly lives: Pick<LinkLives, 'endOf'>;
  hear(event: StampedEvent, task: Task): void;
  /** All that a task of before tells. */
  fromPast(task: Task): void;
}

export function createLearning(): Learning {
  const usual = createUsualTimes();
  const costs = createUsualCosts();
  const lives = createLinkLives();

  function learnCost({ key, provider, model, state, credits }: Task): void {
    if (state === 'succeeded' && credits !== null) costs.learn(provider, model, key, credits);
  }

  /** @param at Where it is known, only then: a callback that comes again says nothing of how long it took. */
  function learnTime({ provider, model, state, submittedAt, history }: Task, at?: string): void {
    if (submittedAt === undefined || state !== 'succeeded') return;
    const told = history.find((entry) => entry.kind === 'callback' && entry.state === 'succeeded');
    if (told === undefined || (at ?? told.at) !== told.at) return;
    usual.learn(provider, model, Date.parse(told.at) - Date.parse(submittedAt));
  }

  return {
    usual,
    costs,
    lives,
    hear(event, task) {
      if (event.type === 'result' || event.type === 'cost') learnCost(task);
      if (event.type === 'video-saved' || event.type === 'video-failed' || event.type === 'link-renewed') {
        const entry = task.history.at(-1);
        if (entry !== undefined && event.at === entry.at) lives.learn(task, entry);
      }
      if (event.type === 'result' && event.source === 'callback') learnTime(task, event.at);
    },
    fromPast(task) {
      learnCost(task);
      lives.learnAll(task);
      learnTime(task);
    },
  };
}
