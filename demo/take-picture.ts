/** Takes the README's picture of the running product, so that it never shows another one. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { signIn, visitShop } from './test/people.ts';
import { setStage } from './test/stage.ts';

const path = join(import.meta.dirname, '../docs/images/throughline.png');
const QUESTION = 'Hello! Does the Alder tent fit two people and a dog?';
const ANSWER = 'It does, with room for muddy paws in the porch: 240 × 140 cm inside.';

const stage = await setStage();
try {
  await using shop = await stage.open({ viewport: { width: 620, height: 760 } });
  await using office = await stage.open({ viewport: { width: 1000, height: 760 } });
  const visitor = await visitShop(shop, stage);
  await visitor.openChat();
  await visitor.say(QUESTION);
  await visitor.sees(QUESTION, 'Sent');
  const desk = await signIn(office, stage);
  await desk.openConversation(QUESTION);
  await desk.note('Stayed with us last summer as well.');
  await desk.reply(ANSWER);
  await visitor.sees(ANSWER);
  await desk.page.getByText('Seen').waitFor();
  const sides = await Promise.all(
    [shop.page, office.page].map(async (page) => (await page.screenshot()).toString('base64')),
  );
  await using frame = await stage.open({ viewport: { width: 1680, height: 800 } });
  const pictures = sides.map((side) => `<img src="data:image/png;base64,${side}">`).join('');
  await frame.page.setContent(
    `<style>
      body { margin: 0; padding: 20px; display: flex; gap: 20px; background: #e7e9ee }
      img { border-radius: 12px; box-shadow: 0 8px 30px #0003; height: 760px }
    </style>${pictures}`,
  );
  mkdirSync(join(path, '..'), { recursive: true });
  await frame.page.screenshot({ path });
} finally {
  await stage.close();
}
