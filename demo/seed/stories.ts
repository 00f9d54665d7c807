/** Who is seeded, and what they said to each other. Minutes count back from the first start. */

export const SITE = 'fernway';

export interface Colleague {
  key: 'mara' | 'jonas' | 'priya';
  name: string;
  email: string;
}

export const colleagues: Colleague[] = [
  { key: 'mara', name: 'Mara Lindqvist', email: 'mara@fernway.example' },
  { key: 'jonas', name: 'Jonas Weber', email: 'jonas@fernway.example' },
  { key: 'priya', name: 'Priya Nair', email: 'priya@fernway.example' },
];

export type Step =
  | { visitor: string }
  | { agent: Colleague['key']; says: string }
  | { agent: Colleague['key']; notes: string }
  | { agent: Colleague['key']; takes: true }
  | { agent: Colleague['key']; tags: string[] }
  | { agent: Colleague['key']; snoozesForHours: number }
  | { agent: Colleague['key']; resolves: true };

export interface Story {
  /** Who the visitor is, as far as the shop knows. */
  who?: { name: string; email: string; externalId?: string };
  attributes?: Record<string, string | number | boolean>;
  page: { path: string; title: string };
  language: string;
  device: keyof typeof devices;
  /** Minutes ago, oldest first. */
  steps: [minutesAgo: number, step: Step][];
}

export const devices = {
  iphone:
    'Mozilla/5.0 (iPhone; CPU iPhone OS 26_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/26.1 Mobile/15E148 Safari/604.1',
  mac: 'Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Safari/537.36',
  windows: 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:149.0) Gecko/20100101 Firefox/149.0',
  android:
    'Mozilla/5.0 (Linux; Android 16; Pixel 10) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/148.0.0.0 Mobile Safari/537.36',
};

export const stories: Story[] = [
  {
    who: { name: 'Henrik Dahl', email: 'henrik.dahl@post.example', externalId: 'C-20418' },
    attributes: { plan: 'Trail Club', orders: 7, lifetimeValue: '€1,284' },
    page: { path: '/demo/orders.html', title: 'My orders' },
    language: 'nb-NO',
    device: 'mac',
    steps: [
      [60 * 27, { visitor: 'Hello, my Ridge 45 pack arrived with a torn hip belt.' }],
      [60 * 27 - 4, { agent: 'jonas', takes: true }],
      [
        60 * 27 - 5,
        {
          agent: 'jonas',
          says: 'Hi Henrik, that should not happen. Could you tell me the order number?',
        },
      ],
      [60 * 27 - 9, { visitor: 'It is 88214, bought two weeks ago.' }],
      [60 * 27 - 12, { agent: 'jonas', tags: ['warranty', 'returns'] }],
      [
        60 * 27 - 14,
        {
          agent: 'jonas',
          says: 'Found it. I have ordered a replacement belt, it leaves the warehouse tomorrow morning. No need to send the old one back.',
        },
      ],
      [60 * 27 - 20, { visitor: 'That was quick. Thank you!' }],
      [60 * 27 - 22, { agent: 'jonas', resolves: true }],
    ],
  },
  {
    who: { name: 'Sofia Almeida', email: 'sofia@almeida.example', externalId: 'C-27731' },
    page: { path: '/demo/products/alder-tent.html', title: 'Alder 2 tent' },
    language: 'pt-PT',
    device: 'iphone',
    steps: [
      [60 * 6, { visitor: 'Does the Alder 2 fit two 65 cm mats side by side?' }],
      [60 * 6 - 3, { agent: 'mara', takes: true }],
      [
        60 * 6 - 6,
        {
          agent: 'mara',
          says: 'Hi Sofia! The floor is 132 cm wide at the head and 118 cm at the feet, so two 65 cm rectangular mats overlap a little at the foot end. Tapered mats fit well.',
        },
      ],
      [60 * 6 - 11, { visitor: 'Good to know. Is the Alder 3 back in stock soon?' }],
      [
        60 * 6 - 14,
        {
          agent: 'mara',
          notes:
            'Purchasing says the Alder 3 container clears customs on Tuesday. Do not promise before that.',
        },
      ],
      [
        60 * 6 - 15,
        {
          agent: 'mara',
          says: 'It is on its way to us. I will write to you as soon as I have a firm date.',
        },
      ],
      [60 * 6 - 16, { agent: 'mara', tags: ['stock'] }],
      [60 * 6 - 17, { agent: 'mara', snoozesForHours: 40 }],
    ],
  },
  {
    page: { path: '/demo/products/lantern.html', title: 'Ember lantern' },
    language: 'de-DE',
    device: 'android',
    steps: [
      [200, { visitor: 'Hallo, wie lange hält der Akku der Laterne auf kleinster Stufe?' }],
      [196, { agent: 'jonas', takes: true }],
      [
        195,
        {
          agent: 'jonas',
          says: 'Hallo! Auf der kleinsten Stufe etwa 110 Stunden, auf der größten 6.',
        },
      ],
      [190, { visitor: 'Super, danke.' }],
      [189, { agent: 'jonas', resolves: true }],
    ],
  },
  {
    who: { name: 'Amara Okafor', email: 'amara.okafor@lagoon.example', externalId: 'C-31002' },
    attributes: { plan: 'Trail Club', orders: 3, company: 'Lagoon Outdoor Ltd' },
    page: { path: '/demo/business.html', title: 'For businesses' },
    language: 'en-GB',
    device: 'windows',
    steps: [
      [
        95,
        {
          visitor:
            'We run guided walks and need 24 rain shells with our logo by the end of January. Is that possible?',
        },
      ],
      [88, { agent: 'priya', takes: true }],
      [
        86,
        {
          agent: 'priya',
          says: 'Good morning Amara, it is, if the artwork is here by 5 December. Which sizes do you need?',
        },
      ],
      [
        71,
        { visitor: '6 × S, 10 × M, 6 × L, 2 × XL. And would there be a discount at that number?' },
      ],
      [
        69,
        {
          agent: 'priya',
          notes: '@Jonas margin on the Squall shell at 24 pieces? I would go to 15 %.',
        },
      ],
      [64, { agent: 'jonas', notes: '15 % is fine, 18 % if they take the 2027 colour.' }],
      [60, { agent: 'priya', tags: ['lead', 'b2b'] }],
      [
        58,
        {
          agent: 'priya',
          says: 'At 24 pieces I can offer 15 %, and 18 % if the 2027 moss green works for your logo. Shall I send a written quote?',
        },
      ],
    ],
  },
  {
    who: { name: 'Liam Murphy', email: 'liam.m@letterbox.example', externalId: 'C-33954' },
    page: { path: '/demo/checkout.html', title: 'Checkout' },
    language: 'en-IE',
    device: 'iphone',
    steps: [
      [41, { visitor: 'My card was charged twice for order 90331. Can somebody check please?' }],
      [40, { visitor: 'It is €189 each time.' }],
      [33, { agent: 'mara', takes: true }],
      [
        32,
        {
          agent: 'mara',
          says: 'Sorry about that, Liam. I can see both payments; one is only a reservation and drops off by itself within three days. I am having it released now so that you do not have to wait.',
        },
      ],
      [27, { visitor: 'Ok. Will I get a confirmation?' }],
    ],
  },
  {
    page: { path: '/demo/products/alder-tent.html', title: 'Alder 2 tent' },
    language: 'en-US',
    device: 'windows',
    steps: [
      [
        18,
        {
          visitor:
            'Hi, can I pitch the Alder inner first when it is dry, or is it outer-first only?',
        },
      ],
    ],
  },
  {
    who: { name: 'Yuki Tanaka', email: 'yuki.tanaka@mori.example', externalId: 'C-38120' },
    attributes: { orders: 1 },
    page: { path: '/demo/orders.html', title: 'My orders' },
    language: 'ja-JP',
    device: 'mac',
    steps: [
      [9, { visitor: 'The tracking for 90402 has not moved since Thursday. Is the parcel lost?' }],
      [8, { visitor: 'I leave on Saturday and need the stove before that.' }],
    ],
  },
  {
    page: { path: '/demo/', title: 'Fernway Supply' },
    language: 'fr-FR',
    device: 'android',
    steps: [[3, { visitor: 'Bonjour, livrez-vous en Corse ?' }]],
  },
];
