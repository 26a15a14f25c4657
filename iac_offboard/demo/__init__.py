"""The embedded cloud and the example that the whole loop is shown on.

``strict`` is the cloud, ``terraform`` and ``toolchain`` run real Terraform against it, ``world``
puts the example into it and looks at it with the users' own keys.
"""
