/** Bodies out of names and words that providers use or might use: every kind, in every place and manner of writing. */

export interface WildCase {
  readonly kind: string;
  readonly body: Readonly<Record<string, unknown>>;
  readonly expect: { readonly taskId?: string; readonly videoUrls?: readonly string[]; readonly state?: string };
}

type Part = Readonly<Record<string, unknown>>;

const film = 'https://media.example.test/out/film.mp4';
/** As many stores have it: nothing in the path tells what it is. */
const bare = 'https://media.example.test/out/4711';
const sent = 'https://media.example.test/in/sent.mp4';
const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
const names = (text: string): readonly string[] => text.split(/[,\n]+/).flatMap((name) => name.trim() || []);

/** `task id` as task_id, taskId, TaskId, task-id and TASK_ID. */
function stylesOf(name: string): readonly string[] {
  const parts = name.split(' ');
  const capital = (word: string): string => word.charAt(0).toUpperCase() + word.slice(1);
  const pascal = parts.map(capital).join('');
  const snake = parts.join('_');
  const camel = pascal.charAt(0).toLowerCase() + pascal.slice(1);
  return [...new Set([snake, camel, pascal, parts.join('-'), snake.toUpperCase()])];
}
const inAllStyles = (text: string): readonly string[] => [...new Set(names(text).flatMap(stylesOf))];
const joined = (text: string): readonly string[] => names(text).map((name) => name.replaceAll(' ', ''));

const idNames = [
  ...words(`video_id videoId uuid uid guid taskUUID prompt_id generation_id generationId render_id command_id
    execution_id run_id inference_id project_id call_id trigger_id task_uuid TaskId task-id taskid jobUuid renderGuid
    clip_id movie_id batch_id workflow_id operation_id invocation_id order_id transaction_id creation_id submission_id
    asset_id ticket_id process_id session_id correlation_id predictionId requestUuid external_task_id item_id record_id
    任务ID 任务id AufgabenId identifier tid jid vid`),
  ...inAllStyles(`task id, task uuid, task guid, job id, job uuid, render job id, rendering id, generation uuid, gen id,
    prediction id, run uuid, workflow run id, request uuid, req id, video uuid, movie id, animation id, operation id,
    tracking id, external id, reference id, result id, output id, message id, video task id, upscale id, lipsync id,
    transcode id, encoding job id, export id, edit id, asset uuid, media id, content id, history id, shot id`),
  ...joined('task id, job id, video id, request id, render id, prediction id, generation id, task uuid'),
  // What stands for an id behind the name of what it is of.
  ...words(`task_no taskNo job_no order_no orderNo task_number jobNumber task_key jobKey renderKey taskIdentifier
    job_identifier operationName`),
];

const urlNames = [
  ...joined('video url, result url, output url, download url, file url, video link, mp4 url'),
  ...words(`outputUrl output_url videoURL generated download mp4 mp4_url uri link file_url fileUrl media_url
    signed_url signedUrl finalVideoUrl final_video_url render_url resultVideo result_video s3_url storage_url response message
    asset_url clipUrl movie film video_file presigned_url cdn_url public_url artifact href location video_link hd_url
    rendered_video video_1080p export_url delivery_url attachment result_link finalCut playback src path value content
    body text answer 1080p master permalink 视频链接 视频地址 下载链接 ergebnis_url VideoAdresse`),
  ...inAllStyles(`video uri, video href, video path, video file url, file uri, media uri, asset uri, result file,
    result video url, output video, output file, output link, final output, final video, download link, download uri,
    mp4 link, best url, high quality url, composite url, movie url, film url, animation url, rendered url, render output,
    generated video url, created video, creation url, exported video, published url, permanent url, s3 uri, gcs url,
    oss url, bucket url, storage path, blob url, cloudinary url, secure url, presigned download url, temporary url,
    hosted url, remote url, upscaled video, enhanced url, extended video, lipsync video, translated video, dubbed video url,
    subtitled url, captioned video, merged url, concatenated url, stitched url, trimmed url, converted url, transcoded url,
    processed video url, success url, resource url, no watermark url, video without watermark, raw url`),
];

/** Names that promise a video whatever the link looks like. */
const videoNames = inAllStyles(`video url, video uri, video link, video file, result url, output url, download url,
  final url, final video, mp4 url, generated video, render url, result video, movie url, clip url, animation url,
  hd video url, export url, output video, video download url, upscaled video, signed video url, merged video`);

/** What is no result, wherever it stands. */
const closedNames = inAllStyles(`input url, input video, source url, source video, original url, original video url,
  reference video, reference video url, init video, mask url, mask video, webhook url, callback url, preview url,
  preview video, watermarked url, watermarked video, thumbnail video, poster video, base video, driving video,
  control video, guide video, user video, uploaded video, template url, demo url, start video, target video, prompt video,
  background video, src video, origin video, prev video, previous video, input media`);

const lists = [
  ...words(`artifacts files results clips media generatedVideos items urls downloads renders generated_samples assets
    attachments outputs_list takes movies shots variants segments videos outputs output works creations generations samples
    entries records scenes variations versions renditions films animations gifs exports deliverables resources images formats
    contents parts choices candidates predictions elements tracks streams nodes links`),
  ...inAllStyles(`video list, video urls, output files, file list, result list, media files, data list, output videos`),
];

const stateNames = [
  ...joined('task status, job status, video status, task state, status text, status name'),
  ...words(`status state task_status taskStatus job_status jobState generation_status render_status
    videoStatus Status STATE current_status execution_state phase status_text 状态 任务状态 zustand Zustand statut estado`),
  ...inAllStyles(`task state, job status, rendering status, prediction status, processing status, workflow status,
    run status, video state, overall status, final status, result status, request status, status name, state name`),
];

const stateWords: Readonly<Record<string, readonly string[]>> = {
  succeeded: words(`ready available generated rendered SUCCESSFUL FINISH PROCESSED PARTIAL_SUCCESS Succeeded COMPLETE
    finished Fulfilled published delivered success-with-warnings COMPLETED_SUCCESSFULLY READY_FOR_DOWNLOAD exported encoded
    resolved render_complete job.completed TaskStatus.SUCCESS 成功 已完成 生成成功 任务成功 Fertig abgeschlossen
    erfolgreich terminé completado`),
  failed:
    words(`errored TERMINATED content_moderated FAILED_MODERATION blocked unsuccessful Cancelled canceled timed-out
    TimedOut rejected aborted crashed expired NSFW flagged dead-letter killed denied FATAL ERR content_policy_violation
    content_filtered insufficient_credits out_of_credits quota_exceeded OOM upstream_error internal_error SENSITIVE_WORD_ERROR
    job.failed INVALID_ARGUMENT unavailable declined 失败 生成失败 任务失败 审核不通过 fehlgeschlagen Fehler échoué fallido`),
  processing:
    words(`CREATED NOT_START initializing initialising rendering scheduled accepted InProgress encoding in-queue
    ENQUEUED queued Uploading transcoding warming_up not_ready retrying post-processing finalising PENDING submitted received
    assigned dispatched loading_model booting GENERATING THROTTLED paused on_hold in_review pending_moderation dreaming
    thinking ongoing open draft NotStarted 生成中 处理中 排队中 等待中 läuft wartet`),
};

const places: readonly (readonly [string, (part: Part) => Record<string, unknown>])[] = [
  ['root', (part) => ({ ...part })],
  ['data', (part) => ({ data: part })],
  ['result', (part) => ({ result: part })],
  ['output', (part) => ({ output: part })],
  ['payload', (part) => ({ payload: part })],
  ['response', (part) => ({ response: part })],
  ['body', (part) => ({ body: part })],
  ['event.data', (part) => ({ event: { data: part } })],
  ['data[0]', (part) => ({ data: [part] })],
];

/** Where links stand apart from the task that they belong to. */
const linkPlaces: typeof places = [
  ...places.slice(0, -1),
  ['job.result.assets[0]', ({ id, status, ...links }) => ({ job: { id, status, result: { assets: [links] } } })],
  ['output[0]', ({ id, status, ...links }) => ({ id, status, output: [links] })],
  ['deep inside', ({ id, status, ...links }) => ({ id, status, x: { y: { z: links } } })],
];

export function wildCases(): readonly WildCase[] {
  const cases: WildCase[] = [];
  for (const [place, put] of places) {
    for (const name of idNames) {
      const part = { [name]: 'x-1', status: 'completed', video_url: film };
      cases.push({ kind: `id names, in ${place}`, body: put(part), expect: { taskId: 'x-1', videoUrls: [film] } });
    }
    for (const [at, name] of stateNames.entries()) {
      for (const [state, all] of Object.entries(stateWords)) {
        // Each word under some of the names, and each name with some of the words.
        for (const word of all.filter((_, index) => (index + at) % 8 === 0)) {
          cases.push({ kind: `state names, in ${place}`, body: put({ id: 'x-4', [name]: word }), expect: { state } });
        }
      }
    }
  }
  for (const [place, put] of linkPlaces) {
    const done = { id: 'x-2', status: 'completed' };
    const found = { taskId: 'x-2', videoUrls: [film], state: 'succeeded' };
    for (const name of urlNames) {
      for (const value of [film, [film], { url: film }]) {
        cases.push({ kind: `link names, in ${place}`, body: put({ ...done, [name]: value }), expect: found });
      }
    }
    for (const name of videoNames) {
      const expect = { ...found, videoUrls: [bare] };
      cases.push({ kind: `bare links, in ${place}`, body: put({ ...done, [name]: bare }), expect });
    }
    for (const name of closedNames) {
      cases.push({ kind: `no results, in ${place}`, body: put({ ...done, [name]: sent }), expect: { videoUrls: [] } });
      const beside = { ...done, [name]: sent, video_url: film };
      cases.push({ kind: `no results, in ${place}`, body: put(beside), expect: found });
    }
    for (const name of lists) {
      for (const item of [film, { url: film }, { type: 'video', url: film }, { kind: 'final', link: film }]) {
        cases.push({ kind: `lists, in ${place}`, body: put({ ...done, [name]: [item] }), expect: found });
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
