export { difference, missing, resourcesOfType } from '../../src/author/expectation.js';
