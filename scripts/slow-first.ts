import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** Files that take most of a minute, or many. */
const SLOW = /bench\/(referee|fuzz)\/|server\/test\/relays|postgres\/contract/;

/** What takes long begins first: at the end no core waits for somebody's last file. */
export class SlowFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const rank = ({ project, moduleId }: TestSpecification) =>
      project.config.sequence.groupOrder * 2 + (SLOW.test(moduleId) ? 0 : 1);
    return (await super.sort(files)).toSorted((one, other) => rank(one) - rank(other));
  }
}
