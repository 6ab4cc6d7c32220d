/** Which states the words of all providers mean. */
import type { TaskState } from '../model.ts';
import { stateAbroad } from './state-words-abroad.ts';

type Known = Exclude<TaskState, 'unknown'>;

/**
 * Words that decide alone or inside a longer one (`VIDEO_GENERATION_SUCCESS`), in lower case. British and American
 * spellings, what a state is called while it goes on and once it is over.
 */
const parts: Readonly<Record<Known, string>> = {
  succeeded: `success successful successfully succeed succeeds succeeded succes complete completed completes completion ok okay
    done finish finished finishes ready available generated rendered processed published delivered exported encoded
    transcoded downloadable playable fulfilled finalized finalised uploaded saved stored produced synthesized synthesised
    composed composited stitched merged assembled muxed animated dubbed lipsynced converted enhanced upscaled resolved accomplished pass passed good ended concluded successed sucess sucessful 成功 已成功 完成 已完成 完毕 已生成 生成成功 生成完成 处理完成 处理成功 任务完成 完了 完成しました 완료
    성공 erfolgreich fertig abgeschlossen terminé fertiggestellt réussi completado concluído готово завершено`,
  failed: `fail fails failed failure failures error errors errored erred exception canceled cancelled cancel expired nsfw timeout
    timedout aborted abort rejected reject terminated killed stopped halted blocked moderated flagged banned denied refused invalid
    unsuccessful unsuccessfully dead deadletter crashed lost dropped discarded deleted revoked declined disallowed
    forbidden censored violation violated unsafe interrupted insufficient exceeded unavailable broken corrupted corrupt faulted
    faulty incomplete oom preempted undeliverable unpaid unsupported unprocessable abandoned exhausted
    filtered fault undelivered evicted unauthorized unauthorised unauthenticated refund err fatal panic bad sensitive unsuccess unrecoverable timeouted crash crashes refunded skipped stale defective died prohibited malformed vetoed 失败 已失败 生成失败 处理失败 任务失败 错误 出错
    异常 取消 已取消 超时 已超时 过期 已过期 审核失败 审核不通过 审核未通过 违规 拒绝 已拒绝 失敗 エラー 실패 오류 fehlgeschlagen abgebrochen fehler gescheitert
    échoué échec falha annulé fallido cancelado falhou ошибка отменено`,
  processing: `wait waiting waits queue queueing queuing queued enqueued enqueue pending pend prepare preparing prepared starting started
    start process processing generating generate running run dreaming progress progressing inprogress inqueue
    submitted submitting submit staged staging throttled created creating create new init initial initialized initialised
    initializing initialising initialize rendering render scheduled scheduling accepted accepting acknowledged received
    encoding transcoding uploading downloading exporting composing compositing animating upscaling training loading
    warming warmup booting provisioning allocating allocated dispatching dispatched assigned active activated executing
    execution working busy ongoing underway retry retrying retried polling validating verifying moderating
    reviewing review planning planned drafting assembling stitching merging postprocessing preprocessing finalizing
    finalising converting synthesizing synthesising inferring inferencing denoising diffusing decoding saving storing
    publishing delayed idle standby held hold requested cancelling canceling stopping unstarted unprocessed
    unfinished uninitialized resumed resuming restarting restarted estimating sampling extracting analyzing analysing
    begin began begun beginning completing succeeding finishing terminating concluding finalize finalise thinking painting drawing awaiting unassigned ingesting fetching building compiling concatenating muxing mixing
    packaging cropping trimming compressing optimizing optimising enhancing restoring interpolating syncing lipsyncing dubbing
    translating transcribing cloning claimed deferred suspended acquiring connecting launching deploying scanning screening open draft notstarted runnable initiated initiating prefetching buffering collecting sleeping warmed calculating
    preempting migrating configuring making streaming backlogged backlog 处理中 生成中 排队中 排队 等待 等待中 进行中 运行中 执行中 渲染中 已提交 提交成功 待处理 队列中 已创建 创建中 审核中
    処理中 生成中です 待機中 처리중 진행중 대기중 wartend wartet läuft en_cours en_proceso обработка`,
};

/** Whole words in which the rule for parts would be wrong. */
const whole: Readonly<Record<Known, readonly string[]>> = {
  succeeded: [
    'callback_failed', // Luma Modify's: the video exists, kie could not tell us
    'partial_success',
    'partially_succeeded',
    'partially_completed',
    'partial',
    'partially',
    'partially_failed',
    'partial_failure',
    'partial_failed',
    'processing_complete',
    'no_error',
    'no_errors',
    'without_errors',
  ],
  failed: [
    'timed_out',
    'time_out',
    'dead_letter',
    'out_of_memory',
    'not_found',
    'not_allowed',
    'rate_limited',
    'rate_limit',
    'quota_reached',
    'no_credit',
    'no_credits',
    'payment_required',
    'safety',
    'content_filter',
    'out_of_credits',
    'out_of_credit',
    'out_of_funds',
    'permission_denied',
    'un_successful',
    'ip_detected',
    'copyright_detected',
    'celebrity_detected',
    'face_not_detected',
    'no_face_detected',
    'no_output',
    'no_result',
    'no_results',
    'no_video',
    'nothing_generated',
    'no_face',
    'no_balance',
    'content_policy',
    'rolled_back',
    'gave_up',
  ],
  processing: [
    'in_progress',
    'in_queue',
    'in_line',
    'in_review',
    'in_moderation',
    'under_moderation',
    'under_review',
    'on_hold',
    'not_start',
    'not_started',
    'not_ready',
    'not_complete',
    'not_completed',
    'not_finished',
    'not_done',
    'not_yet',
    'requires_action',
    'retrying_after_error',
    'retry_after_failure',
    'paused',
    'pausing',
    'in_production',
    'in_transit',
    'picked_up',
    // What is told on the way (MediaConvert), and what went well on the way: the words of a song and its first track
    // (kie.ai), the model behind whoever hands its film on.
    'status_update',
    'text_success',
    'first_success',
    'provider_succeeded',
    'upstream_succeeded',
    'intermediate_complete',
    'step_complete',
    'step_completed',
    'step_succeeded',
  ],
};

const states = ['succeeded', 'failed', 'processing'] as const;
const byPart = new Map<string, Known>(
  states.flatMap((state) => parts[state].split(/\s+/).map((word): [string, Known] => [word, state])),
);
const byWhole = new Map<string, Known>(
  states.flatMap((state) => whole[state].map((word): [string, Known] => [word, state])),
);

/** Written before the word by many: `TASK_STATUS_SUCCEED`, `JOB_STATE_RUNNING`. */
const prefix = /^(?:[a-z]+_)*(?:status|state)_(?=.)/;
/** Longer than any state of any provider; sentences are no states. */
const maxParts = 6;

/** What a word means, in any case and with any separators; `undefined` where it is not known. */
export function stateOf(word: string): TaskState | undefined {
  // Wide letters, as East Asian keyboards write them.
  const written = /[\uff01-\uff5e]/.test(word) ? word.normalize('NFKC') : word;
  const plain = written.trim().toLowerCase();
  const quick = byPart.get(plain);
  if (quick !== undefined) return quick;
  if (/\p{Script=Han}/u.test(plain)) return inChinese(plain);
  const percent = /^(\d{1,3})(?:\.\d+)? ?%$/.exec(plain)?.[1];
  if (percent !== undefined) return Number(percent) < 100 ? 'processing' : 'succeeded';
  const step = /^(?:(?:step|stage|phase|pass)[ _])?(\d{1,5})[ _]?(?:\/|of)[ _]?(\d{1,5})$/.exec(plain);
  if (step !== null && Number(step[1]) < Number(step[2])) return 'processing';
  const snake = written
    .trim()
    .replace(/([a-z\d])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\p{M}]+/gu, '_')
    .replace(/^_|_$/g, '');
  const bare = snake.replace(prefix, '');
  return known(snake) ?? known(bare) ?? ofParts(bare) ?? stateAbroad(bare, (part) => byPart.get(part));
}

/** Words run together there, so a part of one decides: `任务执行失败`, `视频生成中`, `未完成`. */
function inChinese(word: string): Known | undefined {
  if (
    /失败|失敗|错误|錯誤|出错|异常|異常|取消|超时|超時|过期|過期|违规|違規|不合规|拒绝|拒絕|拒否|不通过|不通過|未通过|未通過|终止|終止|中止|中断|中斷|(?:[余餘残]额|[余餘]額|残高|额度|額度|积分|積分|点数|點數|配额|配額|算力|资源|資源|库存|庫存|权限)不足|エラー|キャンセル/.test(
      word,
    )
  )
    return 'failed';
  if (/[中未待]|正在|排队|等待|提交|创建|受理|受付|しています|している/.test(word)) return 'processing';
  return /成功|完成|完毕|完了|已生成|就绪|结束|終了|しました/.test(word) ? 'succeeded' : undefined;
}

function known(snake: string): Known | undefined {
  return byWhole.get(snake) ?? byPart.get(snake) ?? byPart.get(snake.replaceAll('_', ''));
}

const cannot =
  /(?:^|_)(?:not_(?:found|allowed|approved|accepted|pass(?:ed)?|compliant|permitted|authorized|authorised|possible|supported|success(?:ful|fully)?|succeeded)|(?:cannot|can_not|(?:did|could)(?:_not|_?n_?t)|unable_to)_[a-z]+)$/;
/** Over, with something to have: `completed_with_errors`. */
const withFaults = /^(.+)_with_(?:some_|minor_)?(?:errors?|warnings?|failures?|issues?)$/;
const unfinished = new Set(['not', 'yet', 'almost', 'nearly']);
/** The same where nothing failed: `getting ready`, `being processed`, and not `error getting frames`. */
const becoming = new Set(['getting', 'becoming', 'being', 'until']);

/** A failure anywhere in it is one; else the last word counts: `processing_complete`, `ready_for_processing`. */
function ofParts(snake: string): Known | undefined {
  const words = snake.split('_');
  if (words.length < 2 || words.length > maxParts) return undefined;
  // What cannot be done or found stays so; the test comes first, because of the `not` in it.
  if (cannot.test(snake)) return 'failed';
  const ended = words.includes('with') ? withFaults.exec(snake)?.[1] : undefined;
  if (ended !== undefined && (known(ended) ?? ofParts(ended)) === 'succeeded') return 'succeeded';
  // `non_success`: nothing of that kind is one.
  if (words[0] === 'non' && known(words.slice(1).join('_')) === 'succeeded') return 'failed';
  // `not ready`, `not started`: whatever it is not, it is still on its way.
  if (words.some((word) => unfinished.has(word))) return 'processing';
  const meanings = words.map((word) => byPart.get(word));
  if (meanings.includes('failed')) return 'failed';
  if (words.some((word) => becoming.has(word))) return 'processing';
  return meanings.findLast((meaning) => meaning !== undefined);
}
