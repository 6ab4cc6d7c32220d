/** The films in the README's pictures: drawn by ffmpeg from a few numbers each, so that nobody's film is needed. */
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import path from 'node:path';

/**
 * A sky over land or water, with a sun. Colours are red, green, blue from 0 to 255.
 * @typedef {{ high: number[], low: number[], land: number[], sun: number[], at: [number, number], line: string }} Scene
 */

/** @type {Readonly<Record<string, Scene>>} */
export const scenes = {
  harbour: {
    high: [28, 32, 74],
    low: [236, 128, 92],
    land: [30, 40, 66],
    sun: [255, 190, 120],
    at: [0.68, 0.5],
    line: '0.62',
  },
  dunes: {
    high: [96, 150, 206],
    low: [250, 214, 160],
    land: [196, 132, 74],
    sun: [255, 240, 200],
    at: [0.25, 0.28],
    line: '0.6+0.09*sin(X/46+T/3)+0.03*sin(X/17)',
  },
  forest: {
    high: [20, 54, 58],
    low: [150, 196, 160],
    land: [16, 42, 34],
    sun: [220, 250, 200],
    at: [0.5, 0.34],
    line: '0.66-0.09*abs(sin(X/9+sin(X/31)))',
  },
  city: {
    high: [14, 14, 34],
    low: [96, 44, 116],
    land: [20, 18, 38],
    sun: [250, 120, 190],
    at: [0.74, 0.3],
    line: '0.72-0.16*gt(sin(X/13),0.3)-0.1*gt(sin(X/29+2),0.4)',
  },
  snow: {
    high: [120, 150, 190],
    low: [232, 236, 244],
    land: [246, 248, 252],
    sun: [255, 250, 230],
    at: [0.3, 0.24],
    line: '0.58+0.13*sin(X/70+1)+0.04*sin(X/21)',
  },
  volcano: {
    high: [22, 12, 20],
    low: [120, 30, 22],
    land: [34, 18, 20],
    sun: [255, 140, 40],
    at: [0.5, 0.4],
    line: '0.42+0.5*abs(X/W-0.5)',
  },
  meadow: {
    high: [110, 180, 236],
    low: [214, 238, 250],
    land: [92, 160, 72],
    sun: [255, 252, 210],
    at: [0.78, 0.2],
    line: '0.64+0.05*sin(X/50+T/2)',
  },
  reef: {
    high: [6, 66, 104],
    low: [20, 150, 168],
    land: [12, 60, 78],
    sun: [170, 250, 240],
    at: [0.44, 0.1],
    line: '0.76+0.06*sin(X/15)+0.03*sin(X/6)',
  },
};

/**
 * @param {string} folder for the file
 * @param {string} name
 * @param {number} shift Another take of the same scene: the light elsewhere and another hue.
 * @returns {Buffer} a film of two seconds
 */
export function film(folder, name, shift = 0) {
  const scene = scenes[name];
  if (scene === undefined) throw new Error(`No scene is called ${name}.`);
  const { high, low, land, sun, at, line } = scene;
  const height = `(${line})`;
  const x = `(W*(${at[0] - shift * 0.14}+0.02*T))`;
  const y = `(H*(${at[1]}-0.015*T))`;
  const glow = `exp(-((X-${x})*(X-${x})+(Y-${y})*(Y-${y}))/(H*H*0.006))+0.35*exp(-((X-${x})*(X-${x})+(Y-${y})*(Y-${y}))/(H*H*0.09))`;
  const channel = (/** @type {number} */ n) => {
    const tint = 1 + (n - 1) * 0.12 * shift;
    const sky = `${high[n]}+(${low[n]}-${high[n]})*Y/(H*${height})+(${sun[n]}-${low[n]}*0.5)*(${glow})`;
    const ground = `${land[n]}*(1.15-0.5*(Y/H-${height}))+9*sin(X/11+Y*Y/900+3*T)+${sun[n]}*0.18*exp(-abs(X-${x})/(W*0.07))`;
    return `clip(${tint}*if(lt(Y,H*${height}),${sky},${ground}),0,255)`;
  };
  const file = path.join(folder, `${name}-${shift}.mp4`);
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-y', '-f', 'lavfi', '-i', 'nullsrc=s=192x108:r=8:d=2'],
    ...[
      '-vf',
      `format=gbrp,geq=r='${channel(0)}':g='${channel(1)}':b='${channel(2)}',scale=960:540:flags=bicubic,format=yuv420p`,
    ],
    ...['-c:v', 'libx264', '-preset', 'veryfast', '-crf', '23', '-movflags', '+faststart', file],
  ]);
  return readFileSync(file);
}
