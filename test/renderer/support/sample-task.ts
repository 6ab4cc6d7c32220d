import { forShowing, type TaskView, type VideoView } from '../../../src-main/common/task-view.ts';

export function sampleVideo(changes: Partial<VideoView> = {}): VideoView {
  return {
    url: 'https://media.example.test/a.mp4',
    state: 'saved',
    path: 'videos/2026-11/kie-luma_a_1.mp4',
    sizeBytes: 1000,
    sha256: null,
    container: 'mp4',
    durationSeconds: 5,
    width: 1280,
    height: 720,
    videoCodec: 'avc',
    audioCodec: null,
    frameRate: 24,
    error: null,
    errorCode: null,
    ...changes,
  };
}

/** A task that was received `minute` minutes after noon. */
export function sampleTask(taskId: string, minute = 0, changes: Partial<TaskView> = {}): TaskView {
  const at = new Date(Date.UTC(2026, 10, 21, 12, minute)).toISOString();
  return forShowing({
    key: `kie-luma:${taskId}`,
    provider: 'kie-luma',
    taskId,
    state: 'succeeded',
    message: null,
    prompt: `Prompt of ${taskId}`,
    sourceUrl: null,
    receivedAt: at,
    updatedAt: at,
    expiresAt: null,
    deliveries: 1,
    trust: 'unsigned',
    seen: true,
    starred: false,
    tags: [],
    poster: null,
    videos: [sampleVideo()],
    thumbnailUrl: null,
    needsApiKey: false,
    model: null,
    credits: null,
    trashedAt: null,
    history: [],
    ...changes,
  });
}
