/** Bodies out of names and words that providers use or might use: every kind, in every place where it may stand. */

export interface WildCase {
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly expect: { readonly taskId?: string; readonly videoUrls?: readonly string[]; readonly state?: string };
}

const film = 'https://media.example.test/out/film.mp4';
const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');

const idNames = words(`video_id videoId uuid uid guid taskUUID prompt_id generation_id generationId render_id command_id
  execution_id run_id inference_id project_id call_id trigger_id task_uuid TaskId task-id taskid jobUuid renderGuid
  clip_id movie_id batch_id workflow_id operation_id invocation_id order_id transaction_id creation_id submission_id
  asset_id ticket_id process_id session_id correlation_id predictionId requestUuid external_task_id item_id record_id`);

const urlNames = words(`outputUrl output_url videoURL generated download mp4 mp4_url uri link file_url fileUrl media_url
  signed_url signedUrl finalVideoUrl final_video_url render_url resultVideo result_video s3_url storage_url response message
  asset_url clipUrl movie film video_file presigned_url cdn_url public_url artifact href location video_link hd_url
  rendered_video video_1080p export_url delivery_url attachment result_link finalCut playback`);

const lists =
  words(`artifacts files results clips media generatedVideos items urls downloads renders generated_samples assets
  attachments outputs_list takes movies shots variants segments`);

const stateNames = words(`status state task_status taskStatus job_status jobState generation_status render_status
  videoStatus Status STATE current_status execution_state phase status_text`);

const stateWords: Readonly<Record<string, readonly string[]>> = {
  succeeded: words(`ready available generated rendered SUCCESSFUL FINISH PROCESSED PARTIAL_SUCCESS Succeeded COMPLETE
    finished Fulfilled published delivered success-with-warnings`),
  failed:
    words(`errored TERMINATED content_moderated FAILED_MODERATION blocked unsuccessful Cancelled canceled timed-out
    TimedOut rejected aborted crashed expired NSFW flagged dead-letter killed denied`),
  processing:
    words(`CREATED NOT_START initializing initialising rendering scheduled accepted InProgress encoding in-queue
    ENQUEUED queued Uploading transcoding warming_up not_ready retrying post-processing finalising`),
};

const places: readonly (readonly [string, (part: Readonly<Record<string, unknown>>) => Record<string, unknown>])[] = [
  ['root', (part) => ({ ...part })],
  ['data', (part) => ({ data: part })],
  ['result', (part) => ({ result: part })],
  ['output', (part) => ({ output: part })],
];

export function wildCases(): readonly WildCase[] {
  const cases: WildCase[] = [];
  for (const [place, put] of places) {
    for (const name of idNames) {
      const part = { [name]: 'x-1', status: 'completed', video_url: film };
      cases.push({ kind: `id names, in ${place}`, body: put(part), expect: { taskId: 'x-1', videoUrls: [film] } });
    }
    for (const name of urlNames) {
      const part = { id: 'x-2', status: 'completed', [name]: film };
      cases.push({ kind: `link names, in ${place}`, body: put(part), expect: { taskId: 'x-2', videoUrls: [film] } });
    }
    for (const name of lists) {
      for (const value of [[film], [{ url: film }], [{ kind: 'final', link: film }]]) {
        const part = { id: 'x-3', status: 'completed', [name]: value };
        cases.push({ kind: `lists, in ${place}`, body: put(part), expect: { taskId: 'x-3', videoUrls: [film] } });
      }
    }
    for (const name of stateNames) {
      for (const [state, all] of Object.entries(stateWords)) {
        for (const word of all) {
          cases.push({ kind: `state names, in ${place}`, body: put({ id: 'x-4', [name]: word }), expect: { state } });
        }
      }
    }
  }
  for (const [state, all] of Object.entries(stateWords)) {
    for (const word of all) {
      const spaced = word.replace(/[_-]/g, ' ');
      const snake = word
        .replace(/([a-z])([A-Z])/g, '$1_$2')
        .replace(/[- ]/g, '_')
        .toUpperCase();
      for (const written of [
        word.toLowerCase(),
        word.toUpperCase(),
        spaced,
        snake,
        `TASK_STATUS_${snake}`,
        `JOB_STATE_${snake}`,
      ]) {
        cases.push({ kind: 'state words, as written', body: { id: 'x-5', status: written }, expect: { state } });
      }
    }
  }
  return cases;
}
