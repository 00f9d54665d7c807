import { describe, expect, test } from 'vitest';
import { wantsPerson } from './wants-person.ts';

/** One list per language of the widget. */
const asked: Record<string, string[]> = {
  en: [
    'I want to talk to a human',
    'Can I speak with someone?',
    'Human, please!',
    'Stop it. Give me a real person',
    'please connect me to an agent',
    'I NEED A HUMAN',
    'I don’t get it, can I talk to a person?',
  ],
  de: [
    'Ich möchte mit einem Menschen sprechen',
    'Kann ich mit jemandem reden?',
    'Mitarbeiter bitte',
    'einen echten Menschen',
  ],
  fr: [
    'Je voudrais parler à un conseiller',
    'parler avec quelqu’un',
    'je veux un humain',
    'une vraie personne',
  ],
  es: ['Quiero hablar con una persona', 'necesito un agente', '¿Es usted una persona real?'],
  it: ['Vorrei parlare con un operatore', 'voglio una persona', 'una persona vera'],
  nl: [
    'Ik wil met een medewerker praten',
    'Kan ik iemand spreken? Een echt mens',
    'spreken met iemand',
  ],
  pl: ['Chcę porozmawiać z człowiekiem', 'poproszę konsultanta', 'rozmowa z konsultantem'],
  pt: ['Quero falar com um atendente', 'preciso de uma pessoa', 'falar com alguém'],
  tr: [
    'Bir insanla görüşmek istiyorum',
    'müşteri temsilcisi istiyorum',
    'biriyle konuşabilir miyim',
  ],
  ar: ['أريد التحدث مع موظف', 'اريد شخص حقيقي', 'هل يمكنني التحدث إلى شخص'],
  he: ['אני רוצה לדבר עם נציג', 'צריך נציג', 'מענה אנושי'],
  ja: ['担当者と話したい', '人間に繋いでください', 'オペレーターをお願いします'],
};

describe.each(Object.entries(asked))('in %s', (_language, texts) => {
  test.each(texts)('whoever says so wants a person: %s', (text) => {
    expect(wantsPerson(text)).toBe(true);
  });
});

test.each([
  'Where is my parcel?',
  'How many people work for you?',
  'I ordered for another person',
  'What is a person allowed to bring?',
  'I do not want to talk to a human',
  'Ich brauche keinen Mitarbeiter',
  'Wie viele Personen passen hinein?',
  'Mein Mitarbeiter hat das bestellt',
  'C’est pour une personne âgée',
  'Para dos personas',
  'Per quante persone?',
  'Dla dwóch osób',
  'Voor hoeveel personen?',
  'Para quantas pessoas?',
  'Kaç kişi?',
  'لشخصين',
  'לשני אנשים',
  '2人で使えますか',
  'agent-based modelling',
  '',
])('whoever says something else does not: %s', (text) => {
  expect(wantsPerson(text)).toBe(false);
});

test('the whole of a long message is looked at, and in no time', () => {
  expect(wantsPerson(`${'Nothing works. '.repeat(200)} I want to talk to a human`)).toBe(true);
  const startedAt = performance.now();
  wantsPerson('talk to '.repeat(10_000));
  expect(performance.now() - startedAt).toBeLessThan(200);
});
