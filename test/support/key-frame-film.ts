/**
 * The film of the pages' specs: as long as the sample, with as many frames and its sound, but small, and every frame is a
 * key frame. What a page spends on its poster and filmstrip is a quarter of what it spends on the sample.
 */
import {
  BufferSource,
  BufferTarget,
  EncodedAudioPacketSource,
  EncodedPacket,
  EncodedPacketSink,
  EncodedVideoPacketSource,
  Input,
  MP4,
  Mp4OutputFormat,
  Output,
} from 'mediabunny';
import { loadSamples } from '../../src-main/node/samples/samples.ts';

export const filmSize = { width: 160, height: 90 };
const [seconds, framesPerSecond] = [5, 24];

/** A light circle on its way from left to right before two colours, made by us: H.264. */
const pictures = [
  // prettier-ignore
  'AAABX2W4AAQAAAQ///5oo/XXjgAHo+I1HdEYuO6IxccdEYuOx8Ri47ojFxx0Ri47ojFx3RGLjuhLC5Zf/8DLfu/43InHYQ4E36ZtgFHlPw5+fDMPHJ/+v+p1ICLxr3oScTz/wVV7/0S/ol1HaJdeiX+mdfTOo7v2Ji8PDndUKZiDEdrJDxH6fWLNKfD+G/lYh6mfIuv35iY7TE/RJPpifTEr0xK+/0/SrDkDd6X4ddZxUXsv/+f2EfQlgAiP1X9////8IyoS72+wl9hvKxBBZ+mH9yyffmJXqJVOqdU4unURq2K6h/6DkdITqarWMdt9v33/+g1hua/N/tPp4h1mmJX1EqYlfTEr0xK9RK/+P8FsDoEKy+GGlidYUy1EvTJp1Jh1Qmojn/6aeNURC1JndhHNaCQQtQ1ljq7bfhdSZ/+YyYzjVEX6aZ1Jh0i1Jg1RFtn3pBdTU//p51ewvFqTBqnt/A==',
  // prettier-ignore
  'AAAB6mW4AAYAABP//+aKD/XWMAAEBCOAAQ///lr6r6jB0RifGO///r1X69Ywd///BTqvqMHf//wU6rrjB0RiTxjH///y+q/WMHf//z66/WMHf//wU6rrjB0Rheo7RJIuO7/5E7uUgQ1UAW8Q6kyAjDDUhuAReAlxpC/PM54HwwPvJ+T+PX9dAw9syzyDOPY7fT//Oqex9fjWa7KvGK3T4z2JJF/RJK9KSbiSVyiSUvTYng7v7Q/yBzGhMwLE9hCsj1okyzghzWta8i//gi9L+C0HaddKlT4eO6aRz8bXO+ZR4u/54Gdep1K6mf0S/ptR3f9PrsIVAW9U3HtuTFV59e/f/pM/YLYCJr17X+wFzLN+bzOvf5bEXkG+AkWlx4Afq2HT/D0wL1QahTu+A/8/iSV6JJXokleiSfSkzYpjtEki/H9dV/9ByQZCULgN9Yx37fHu4eHobdhpYEY3PGhz9ccZ23/EbuMVRJK9KSokleiX9KT/8f4L/UDgICDWXxACOhAqsGVLJMvCmWSZYTUMmT/p6aeI6iLUGZkNVdtvSSC6gbyH/09NPGio7COa8LqDKZf/zGcRau230xahWo0URc++F1Ar1R/09NPGqewvFqD7BFq7bf7fj/Q/rS9caKIto+8hoJqD1n+mnpp41TA=',
  // prettier-ignore
  'AAAB4WW4AAIAAAT///qKPr6/UYAAIBkcAA1///L6r+ox3//8FOq64wb//+Wv61xg6IwuFRg3//8FOq64waIxJ4wd///XqvX9Rjf//y6r69Rg3//9V9fqvGDpsNBQHdEki47RJK9//k+QIar4AzMsZQwivQAxmoNTC+mwwQWQEED5/jnMr49frkXAHsQ61DSOYikf/JmiWv+pz0sIV5wVUYGRfGKFL/L4kkX6JJT6JJXoklcpsTwdokn0pK2Ji9ofYK4bRfg+rETiLjX9yK1Mov36UD6QhyEFBSdDwE2vjy98W/iuKxLr0ryvM5s6bUdpiRPOiSfaUwzSed4A5/SSz6qg5GvgZJSAABzHPAb+Ndm17+zBYnykCHHQeeRIOZiPIMCNKTZ/GMX/uWuJJ9KTEk/SkzYk4O0SSvRJP36r/6DmGp9evGN/b6j3/9DpBU7nNvjvj5H1WMGI69s+9yh//BTYPf1x2CKEkkzpSYl/Sk//H+C2BwEBh7L4gEVCAEqwZUsky8GVLKVL5f/0C6TOdPt///+gYerB8RNPYX///Qb9UuNU59PvT//+i1+uTMaKQuoH5L//TxFoiz6ffFqBnpBop2Ecz//H+gW5iOItPa/l//QLcmY0U7bf8v/6BVGquwh+X8A=',
  // prettier-ignore
  'AAAB0mW4AAKAAATiMLiowAAQCo4AAgDf//y6/WuMG///qvqvr1GDRGHwoDB8+FygGDRGHwoDBv//59fqvGD///6r69fqMGiMLlRg3//82q+q8YPmwvQh2iSRcdoklP8ST7//ykDuvANwfGKwCF0Ouz+Ag/wbjHvjf+Qbw34LE6neHHufY/arb6/VfPH+YUyl4AE5urjUDL8d5TwklP8SSv4kkX6bE8HaJeO0xLXSk9oP2h8gbwSuhVImcTJMAj9OPB90Yrye1c2Luf0p9OHNgOZnXEY6/eZxPB2lJlJmxPBxokn+UmUnTT6aTMg+ugHZePgQ7n1eeq1/aHs5EwhgkdJ5Aq1GKzgGPXgczWI7llAAngpQEq6ywj/CHXoY7RJK9Ek+mxPB3xJPpSZSf68v0CXrGNqP/+sxEB/0t3YXF19VggYi1TxLoq+7w//grmGPVjRADa9vxJJs6UmUn+XH+C2BwEBgllFxAnQgARVhTLUS8GSllJSwmodI/+npmM50hdQK9Uf/08aKdhD8vzqBzpRE1/+P9BvrkzGqds+///9DtV9WDSxE09heF1DJk//p41Ttn3xagYdSBsd7fhdQK9Uf6aemnnX7C/7cf6BdMR40VnPp9+A=',
  // prettier-ignore
  'AAAB8GW4AAMAAATiMPlAYAAIA0cAAQEP//5dfrXGN///VfVevWMB///9eq9fXGD///6r69euMH///zeq/WMGO///y6rr1WMH///xFevqsYP///m1X11jB///8tfVdVjB82J4O0SSLjviSV/Ekr+JJF+//8nIDDXgTfVjDrxbUl/xzv43co8g3wSOsVKsym2Ex1z4jITP7X6/rrU4/UO5byGOeFR8CEt5vy8S6Q40SSbjvmxJwdoklR3xJN5SVKT+xFh+Qb4E3aDwbkc/nc0F7Jo9/sq1/T8OgUevr2lP/7H8ymB/pnn1LGtYveK4kn+bE8HfEv/Ek+iSfRJPvnp9M47BLsOzyeHllTyr9Pm5nF+//8nguwRlN2ZWW5AIIB+T8/7Q5f2DCCPaeS4MD6xgqUUtzQl9Emw2J4OPiSY7RJPpSVKTEYfKH2q4/w6G4eT5d1DYv1EtDGmLefRV++5f/wwJisIXNU6+uNAQGUTfPvlJEcEk6/Lx/h2BwBAIEsu9LECVCAAQqxiWzcDyKWHkUv//6C3qvEWnL//QL/Umcar59PvhdQyZP+npp4ia/b/L8f6Bh1mI8arPOa7X//0O9epM8RNfbb8LqBnUn/9PGijrn3YTCFqBnUgbO9hf/x/oN9aXGq+fT7tt8v/6BbMR40Uddv4=',
  // prettier-ignore
  'AAAB4mW4AAOAAATiMPlAYAAcjgACAp//l5tV16rGPiMPhQGDHf//61XX6rxg///+utdda8YMd/+X9V6/qvGD///61XX6rxgx3/8v16r19VjB///9V1X9eowY7///Wq69euMHzYXKjviSScd8SSv4kkX/Ekr0pKhUk3//4GW/Zf8bkUOEOBNepnIBuesLJX5/wx6GYPt8n+vw1OsGFc2VryrjXdMKOH8n/hf3475sScHfEk/xJK9KTKTKT+xMXh4c6Oo0mPjqDE954ReSAjN0qEvZmVPh4SB3MosdcHJmiKiNXN6KbE8HaJJX8ST6UlSkqUn/RPpP1w46XPrOEsFKbzVi9f/n9gk6SvDJICX9AarP/+C9Yu81f/7S4SD8rECDNh5h/rXD2xclQyWytvzYk4O+JJjvlJUpMpMpMTif7rqH/oOR0hOp6rB7RcR3t+43/D1xoieIt9fqDTPN+nieMU5fx/jevqBwBAIFsoriRoQACHWnwPIUsPIpcv/+gx1kznT+X/oGHrSxE1+3/2l/0C6TONUdbRzXa2//0EOuwelxE19tv8v/9Aw6yZxqjraa2EwguoG9D//TTxE19tvbbl/H+h2v1MR8ao62EPy//8MA0Wv1yZjRXC6gb0P/9NPEWjrbPu01',
].map((base64) => Buffer.from(base64, 'base64'));

const decoderConfig = {
  codec: 'avc1.42400b',
  codedWidth: filmSize.width,
  codedHeight: filmSize.height,
  description: Buffer.from('AULQC//hABJnQtALjI1BRryTcBDQEHhEI1ABAARozjyA', 'base64'),
};

const made = await makeFilm();

export const keyFrameFilm = (): Buffer => made;

async function makeFilm(): Promise<Buffer> {
  const sample = new Input({ formats: [MP4], source: new BufferSource(loadSamples().mp4.bytes) });
  const sound = await sample.getPrimaryAudioTrack();
  if (sound === null) throw new Error('The sample has lost its sound.');
  const target = new BufferTarget();
  const output = new Output({ format: new Mp4OutputFormat({ fastStart: 'in-memory' }), target });
  const video = new EncodedVideoPacketSource('avc');
  const audio = new EncodedAudioPacketSource('aac');
  output.addVideoTrack(video, { frameRate: framesPerSecond });
  output.addAudioTrack(audio);
  await output.start();
  const frames = seconds * framesPerSecond;
  for (let n = 0; n < frames; n += 1) {
    const picture = pictures[Math.floor((n * pictures.length) / frames)] ?? Buffer.alloc(0);
    await video.add(new EncodedPacket(picture, 'key', n / framesPerSecond, 1 / framesPerSecond), { decoderConfig });
  }
  video.close();
  const config = (await sound.getDecoderConfig()) ?? undefined;
  for await (const packet of new EncodedPacketSink(sound).packets()) {
    await audio.add(packet, config === undefined ? undefined : { decoderConfig: config });
  }
  audio.close();
  await output.finalize();
  return Buffer.from(target.buffer ?? new ArrayBuffer(0));
}
