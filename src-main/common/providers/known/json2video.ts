import { named, path, provider, shape } from '../provider.ts';

/** The movie object, or a flat form of it; its only id is the project. */
export const json2video = provider({
  id: 'json2video',
  name: 'JSON2Video',
  aliases: ['json2video', 'j2v'],
  shapes: [shape([path('movie.project')]), shape([path('project'), path('url'), named('width'), named('height')])],
  sample: ({ taskId, fail, failure, video, image }) => ({
    success: !fail,
    movie: {
      project: taskId,
      status: fail ? 'error' : 'done',
      ...(fail ? { message: failure } : { url: video, thumbnail: image, duration: 5 }),
    },
  }),
});
