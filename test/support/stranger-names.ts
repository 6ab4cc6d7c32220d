/** Names and words that a stranger thought of: other styles, other languages, other manners than `wild-names.ts` has. */
import type { WildCase } from './wild-names.ts';

type Part = Readonly<Record<string, unknown>>;

const film = 'https://media.example.test/o/film.mp4';
const bare = 'https://media.example.test/o/4711';
const sent = 'https://media.example.test/in/sent.mp4';
const words = (text: string): readonly string[] => text.split(/\s+/).filter((word) => word !== '');
/** Where blanks belong to the words. */
const phrases = (text: string): readonly string[] =>
  text.split(',').map((phrase) => phrase.trim().replace(/\s+/g, ' '));

const idNames = [
  'task id',
  'Task Id',
  'video generation id',
  ...words(`jobid JobID job_uuid JOB-UUID renderId render-id RENDER_ID workflowRunId workflow_run_id exec_id execId
    predictionID prediction_uuid inference_job_id video_generation_id generationUUID generation-guid VideoGuid
    video.uuid clipUUID clip-id movieId movie_uid film_id animation_uuid animationId project_uuid projectUid
    submissionId submission_uid txn_id transactionId transaction_uuid batchItemId requestGUID request_guid
    requestUid request-id req_uuid reqId operationUuid op_id opId processId process_uuid pipeline_id pipelineRunId
    run_uuid runUid callUuid call_uid asyncTaskId async_task_id queueId queue_id ticketUuid ticketId trackingUuid
    trackId externalJobId upstreamTaskId providerTaskId provider_job_id remoteId remote_job_id genId gen_uuid
    creativeId creative_id mediaUuid media_uid fileTaskId encodeJobId transcodingId lipsyncJobId avatarVideoId
    avatar_video_id dubbing_id dubbingId translation_id upscaleTaskId upscalerJobId enhance_id extendId 任务编号
    auftrags_id auftragsnummer vorgangs_id aufgabe_id id_tarea idTarea id_tache idTache id_task idTask id_video
    task_identifier uuid4 task.id task:id $id _id ID Id iD UUID Uuid GUID guId uId oid rid taskUid taskGUID
    TaskUuid TASKID TaskID task_ID Task_Id jobHandle ticket token`),
];

/** Of something that many tasks share, or of one event. */
const foreignIds =
  words(`webhook_id user_id account_id model_id voice_id avatar_id template_id org_id workspaceId event_id
    client_id customerId team_id api_key_id app_id message_id trace_id span_id session_id`);

const urlNames =
  words(`videoSrc outVideo out_url outputVideoURL output_video_uri resultLink result_uri finalMp4 final_mp4_url
    finalRender mp4Url mp4Link h264_url hd hdUrl fhd_url uhd url_4k url_1080p video_720p video4k best best_quality
    full fullVideo full_video_url masterUrl high high_res highRes hiresUrl noWatermark no_watermark_url
    watermarkFreeUrl clean_url cleanVideoUrl unwatermarked unwatermarked_url videoDownloadURL dl dl_url dlLink
    directUrl direct_link direct_download directDownloadUrl temporaryUrl temp_url tmp_url tempFileUrl
    pre_signed_url preSignedUrl presigned presignedGetUrl signed_video_url signedDownloadUrl cloudfront_url cdn
    cdnUrl cdnLink s3Url s3_link s3Uri gcs_uri r2_url minioUrl ossUrl cosUrl bucketUrl storageUrl storage_link
    object_url blobUrl assetUri asset artifactUrl artifact_uri artefact_url attachment_url attachmentUrl
    contentUrl content_url media mediaLink mediaURL media_file resource resourceUrl resourceUri file fileLink
    filePath file_uri videoFile video_path videoPath filmUrl film_link movieUrl movie_file clip clip_link clipFile
    animationUrl animation_file renderedUrl rendered_file render_output exportUrl exported_url export_link
    publishUrl published deliver_url deliveryUrl playable_url playUrl play_url playback_url_mp4 streamable
    watchUrl lien lien_video enlace enlace_video url_resultado urlVideo url_video URLVideo videoadresse link_video
    video_enlace ergebnis ergebnisUrl urlDescarga 下载地址 视频 结果链接 成片地址 動画URL ビデオURL value result_value returnValue
    return_value body_url payload_url data_url uri_mp4 href_mp4 location location_url Location redirect_url
    self_url dest destination destination_url dest_url sinkUrl out`);

const closedNames =
  words(`input_video inputVideoUrl source_video_url sourceUrl src_video original_video_url originalUrl reference_url
    referenceVideo init_video_url mask_video webhook_url webhookUrl callback callbackUrl callBackUrl preview_url
    previewUrl preview_video watermark_url watermarked_url watermarkedVideoUrl thumb_video thumbnail_mp4
    poster_video driving_video_url start_video_url first_clip control_video_url user_video uploaded_video_url
    notify_url reply_url cancel_url request_url conditioning_video subject_video motion_reference pose_video
    raw_input_url base_clip_url vid2vid_input`);

const lists =
  words(`result_list resultList results outputs_urls output_list videoOutputs generated_videos generatedVideos
    gen_videos videoResults video_results finished_videos finals masters mp4s filmList movies_list clipUrls
    clip_list tracks shots files_list fileUrls mediaUrls media_urls assetList attachments artefacts deliverables
    downloadUrls download_urls downloadLinks s3_urls signed_urls signedUrls uris links hrefs list array items
    elements nodes 结果 结果列表 视频列表 videos_list takes2 batch_results renderings exports`);

const stateWords: Readonly<Record<string, readonly string[]>> = {
  succeeded:
    phrases(`SUCCEED, TASK_STATUS_SUCCEED, JOB_SUCCEEDED, job_success, TaskCompleted, taskFinished, task.succeeded,
    video.completed, video_generation.completed, generation:completed, GENERATION_COMPLETED, render.done,
    RENDER_SUCCESS, render_finished, Rendered, all_done, ALL_DONE, AllCompleted, is_ready, READY_TO_DOWNLOAD,
    ready_to_view, available_for_download, delivered, DELIVERY_COMPLETE, exported, uploaded, UPLOADED, stored,
    PUBLISHED, processed, PROCESSING_FINISHED, processing_done, post_processed, state_succeeded, STATUS_OK, OK,
    Okay, good, passed, PASS, pass, 1/1_done, finished_successfully, COMPLETED_OK, completed_with_warnings,
    SUCCESS_PARTIAL, partial-success, partially_complete, partial, PARTIAL, Successfully-Completed, Generation
    complete, Video is ready, completed successfully, All generated successfully., finalizado, completata,
    completato, riuscito, terminado, terminée, terminer, klaar, voltooid, ferdig, färdig, valmis, gotowe, hotovo,
    tamamlandı, başarılı, selesai, thành_công, สำเร็จ, สำเร็จแล้ว, पूर्ण, מוכן, مكتمل, نجاح, 成功了, 已就绪, 已结束, 渲染完成,
    合成成功, 視頻生成成功, 生成完了, 完了済み, 완료됨, 성공함, завершён, завершена, выполнено, успешно, успех, completó, sucesso,
    concluida, concluída, klar`),
  failed: phrases(`FAIL, FAILURE, TASK_STATUS_FAIL, JOB_FAILED, jobFailure, task.error, video.failed, generation:failed,
    RENDER_ERROR, render_failed, ERR, error_timeout, TIMEOUT_ERROR, time-out, TIMED_OUT, CancelledByUser,
    USER_CANCELLED, user_canceled, cancelled_by_user, aborted, ABORTED, killed, OOM_KILLED, oom-killed, crashed,
    PANIC, panic, exception, UNHANDLED_EXCEPTION, invalid_input, INVALID_REQUEST, bad_request, rejected,
    REJECTED_BY_MODERATION, content_rejected, content_violation, policy_violation, PolicyViolation,
    safety_rejected, SAFETY_BLOCKED, nsfw_detected, NSFW_CONTENT, sensitive, sensitive_content, moderation_failed,
    ModerationFailed, moderation_blocked, flagged_content, blocked_by_filter, prompt_rejected, Request Moderated,
    Content Moderated, copyright_violation, quota_exceeded, QUOTA_EXHAUSTED, insufficient_funds,
    INSUFFICIENT_BALANCE, no_credits, credit_exhausted, billing_error, payment_failed, expired, EXPIRED,
    ttl_exceeded, deadline_exceeded, DEADLINE_EXCEEDED, lost, dead, unsuccessful, not_successful, unsuccess,
    didnt_finish, unable_to_generate, could_not_complete, cannot_process, unrecoverable, upstream_failed,
    provider_error, server_error, internal_server_error, SERVER_BUSY_FAILED, failed_permanently,
    PERMANENT_FAILURE, hard_fail, soft_fail, failed_with_errors, fallida, fallito, fallita, annulé, annulée,
    échouée, erreur, fehlgeschlagene, storniert, abgelehnt, mislukt, geannuleerd, feil, fejl, virhe, błąd,
    anulowano, hata, başarısız, gagal, thất_bại, ล้มเหลว, विफल, נכשל, فشل, 失败了, 生成失败了, 任务已取消, 审核未通过, 不合规, 渲染失败,
    エラー発生, 失敗しました, キャンセル, 취소됨, 실패함, 오류, ошибка, неудача, отменено, отклонено, erro, cancelado, rechazado,
    rejeitado, refusé`),
  processing: phrases(`TASK_STATUS_QUEUED, TASK_STATUS_PROCESSING, JOB_RUNNING, job_queued, task.created, task_received,
    video.processing, generation:started, RENDERING, render_started, RENDER_IN_PROGRESS, IN-PROGRESS, In_Queue,
    queued_for_render, QUEUEING, enqueued, ACCEPTED, accepted_for_processing, SUBMITTED, submitting, created,
    CREATE_PENDING, pending_payment, pending_review, PENDING_MODERATION, under_moderation, in_moderation,
    moderating, reviewing, waiting_for_gpu, WAITING_IN_QUEUE, wait, WAIT_FOR_RESOURCE, allocating, ALLOCATING_GPU,
    cold_start, cold_starting, booting, model_loading, loading_weights, LOADING, downloading_inputs,
    preprocessing, pre_processing, encoding, TRANSCODING, muxing, uploading_result, UPLOADING, saving, finalising,
    finalizing_video, almost_done, not_ready, NOT_READY_YET, not_completed_yet, unfinished, ongoing, ON_GOING,
    active, ACTIVE, started, STARTED_PROCESSING, start, begun, beginning, scheduled, SCHEDULED, delayed, DELAYED,
    deferred, RETRYING, retry_scheduled, will_retry, rate_limited_retrying, paused, HOLD, dreaming, THROTTLED,
    12%, 45 %, processing (45%), step 3/20, 3 of 20, step_3_of_20, en_curso, en_cola, procesando, procesando...,
    elaborazione, in_elaborazione, in_attesa, en_attente, traitement, en_traitement, wird_verarbeitet,
    verarbeitung, in Bearbeitung, in_bearbeitung, eingereiht, bezig, wachten, bearbetas, w_toku, oczekuje,
    beklemede, işleniyor, diproses, menunggu, đang_xử_lý, กำลังดำเนินการ, 生成中…, 正在生成, 正在处理, 排队, 渲染中, 待审核, 审核中,
    已受理, 処理待ち, 生成しています, 대기, 진행, 생성중, обрабатывается, в обработке, ожидание, em_andamento, processando`),
};

/** What stands beside a link that tells nothing of itself. */
const siblings: readonly Part[] = [
  ...['video', 'video/mp4', 'VIDEO', 'mp4'].map((type) => ({ type })),
  ...words(`mime mimeType mime_type content_type contentType content-type media_type mediaType`).map((name) => ({
    [name]: 'video/mp4',
  })),
  ...words(`kind format fileType file_type ext category assetType asset_type outputType resource_type role`).map(
    (name) => ({
      [name]: name === 'ext' || name === 'format' ? 'mp4' : 'video',
    }),
  ),
  { extension: '.mp4' },
  { filename: 'a.mp4' },
  { file_name: 'a.mp4' },
  { name: 'final.mp4' },
  { '@type': 'VideoObject' },
  { role: 'output', type: 'video' },
];

type Place = readonly [string, (part: Part) => Record<string, unknown>];
const whole: readonly Place[] = [
  ['root', (part) => ({ ...part })],
  ['data', (part) => ({ data: part })],
  ['job', (part) => ({ job: part })],
  ['detail', (part) => ({ detail: part })],
  ['items[0]', (part) => ({ items: [part] })],
  ['event.body', (part) => ({ event: { body: part } })],
];
const apart: readonly Place[] = [
  ['root', (part) => ({ ...part })],
  ['data', ({ id, status, ...links }) => ({ id, status, data: links })],
  ['result.output', ({ id, status, ...links }) => ({ id, status, result: { output: links } })],
  ['payload.detail', ({ id, status, ...links }) => ({ id, status, payload: { detail: links } })],
];

export function strangerCases(): readonly WildCase[] {
  const cases: WildCase[] = [];
  const add = (kind: string, body: Part, expect: WildCase['expect']): void => void cases.push({ kind, body, expect });
  const done = { id: 'x-22', status: 'completed' };
  const found = { taskId: 'x-22', videoUrls: [film], state: 'succeeded' };
  for (const [place, put] of whole) {
    for (const name of idNames) {
      add(`id names, in ${place}`, put({ [name]: 'x-17', status: 'completed', video_url: film }), {
        taskId: 'x-17',
        videoUrls: [film],
      });
    }
  }
  for (const name of foreignIds) {
    const body = { [name]: 'wrong', job: { uuid: 'x-18' }, status: 'completed', video_url: film };
    add('ids of other things', body, { taskId: 'x-18', videoUrls: [film] });
  }
  for (const [place, put] of apart) {
    for (const name of urlNames) add(`link names, in ${place}`, put({ ...done, [name]: film }), found);
    for (const name of closedNames) add(`no results, in ${place}`, put({ ...done, [name]: sent }), { videoUrls: [] });
  }
  for (const name of lists) {
    const items = [
      film,
      { url: film },
      { type: 'video/mp4', uri: film },
      { kind: 'video', href: film },
      { video: { url: film } },
      { file: { download: film } },
    ];
    for (const item of items) add('lists', { ...done, [name]: [item] }, found);
  }
  for (const sibling of siblings) {
    const expect = { ...found, videoUrls: [bare] };
    for (const [name, place] of [
      ['url', 'files'],
      ['link', 'assets'],
      ['href', 'results'],
      ['uri', 'artifacts'],
      ['location', 'attachments'],
    ] as const) {
      add('told by a sibling', { ...done, [place]: [{ ...sibling, [name]: bare }] }, expect);
    }
    add('told by a sibling', { ...done, asset: { ...sibling, url: bare } }, expect);
  }
  for (const [state, all] of Object.entries(stateWords)) {
    for (const word of all) {
      add(`words for ${state}`, { id: 'w', status: word }, { state });
      add(`words for ${state}`, { job: { id: 'w', job_status: word } }, { state });
    }
  }
  return cases;
}
