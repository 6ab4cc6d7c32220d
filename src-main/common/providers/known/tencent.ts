import { named, path, provider, shape } from '../provider.ts';

/** FINISH says that it is over; whether it went well, the error code beside it. */
export const tencent = provider({
  id: 'tencent',
  name: 'Tencent Cloud',
  aliases: ['tencent', 'hunyuan'],
  shapes: [
    shape([path('EventType')], [path('ProcedureStateChangeEvent'), path('AigcVideoTaskEvent'), path('TaskId')]),
    shape(
      [path('Response.RequestId')],
      [named('Response.JobId'), named('Response.Status'), named('Response.ResultVideoUrl')],
    ),
  ],
  sample: ({ taskId, fail, failure, video }) => ({
    EventType: 'ProcedureStateChanged',
    ProcedureStateChangeEvent: {
      TaskId: taskId,
      Status: 'FINISH',
      ErrCode: fail ? 70000 : 0,
      Message: fail ? failure : 'SUCCESS',
      ...(fail ? {} : { AigcVideoTask: { Output: { FileInfos: [{ FileType: 'mp4', FileUrl: video }] } } }),
    },
  }),
});
