"""`./taskw demo`: builds what the demo needs while it installs its tools, and lets it play.

- `build`  builds the Lambda functions, tells of each as soon as its zip is there, and of the progress
- `size`   how much there is to build
"""
