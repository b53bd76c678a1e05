"""`./taskw demo`: builds what the demo needs while it installs its tools, and runs the demo.

- `build`  builds the Lambda functions, and reports the progress and each finished zip
- `size`   estimates how much there is to build
"""
