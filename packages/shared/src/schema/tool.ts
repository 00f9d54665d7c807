import { z } from 'zod';

/** What a tool answers: an object; of its fields, flows take text, numbers, true and false. */
export const toolAnswer = z.looseObject({});
