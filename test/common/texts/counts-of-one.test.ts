/** Sentences with a count in them, where there is one of it. */
import { expect, it } from 'vitest';
import { enDoctor } from '../../../src-main/common/texts/en-doctor.ts';
import { enProviders } from '../../../src-main/common/texts/en-providers.ts';
import { pack as es } from '../../../src-main/common/texts/es.ts';
import { pack as ptBR } from '../../../src-main/common/texts/pt-br.ts';
import { pack as terminalEs } from '../../../src-main/headless/texts/es.ts';
import { pack as terminalPtBR } from '../../../src-main/headless/texts/pt-br.ts';
import { enCompare } from '../../../src-renderer/texts/en-compare.ts';
import { pack as pageEs } from '../../../src-renderer/texts/es.ts';
import { pack as pagePtBR } from '../../../src-renderer/texts/pt-br.ts';

it.each([
  ['en', enDoctor.indexOnly(1), /1 task of which.* It is kept/],
  ['en', enDoctor.indexDiffers(1), /about 1 task\./],
  ['en', enProviders.ordersInDoubt(1), /one order .* whether it was made/],
  ['en', enProviders.hookLost(1, ''), /1 that was saved or failed, and it is not/],
  ['en', enCompare.skew('1'), /^1 frame apart$/],
  ['es', es.providers.ordersInDoubt?.(1), /De un encargo .* si se hizo:/],
  ['es', es.providers.commandLost?.(1), / una vez,/],
  ['es', es.providers.hookLost?.(1, ''), /de uno que se guardó o falló, y no se envía/],
  ['es', pageEs.cull.sums?.('1', '1', '1'), /Elegidas: 1\u00A0· descartadas: 1\u00A0· pendientes: 1/],
  ['es', pageEs.page.card?.partlyFailed?.(1, 2), /^1 de 2 con fallo$/],
  ['es', pageEs.compare.skewAmber?.('1'), /^a 1 fotograma;/],
  ['es', terminalEs.terminal.status?.videos?.(1, 0, 1, 1), /^guardados: 1, en camino: 0, fallidos: 1, caducados: 1$/],
  ['pt-BR', ptBR.providers.ordersInDoubt?.(1), /De um pedido .* se foi feito:/],
  ['pt-BR', ptBR.providers.commandLost?.(1), / uma vez,/],
  ['pt-BR', ptBR.providers.hookLost?.(1, ''), /de um que foi salvo ou falhou, e ele não é enviado/],
  ['pt-BR', pagePtBR.cull.sums?.('1', '1', '1'), /Escolhidas: 1\u00A0· rejeitadas: 1\u00A0· restantes: 1/],
  ['pt-BR', pagePtBR.page.card?.partlyFailed?.(1, 2), /^1 de 2 com falha$/],
  ['pt-BR', pagePtBR.compare.skew?.('1'), /^1 quadro de/],
  ['pt-BR', terminalPtBR.terminal.status?.tasks?.(1, 1, 0, 0, 0), /^1 \(concluídas: 1, com falha: 0/],
])('%s: %s', (_language, sentence, wanted) => {
  expect(sentence).toMatch(wanted);
});
