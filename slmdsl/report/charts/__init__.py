"""Pictures of studies. The only place that knows the libraries for charts; they come with `slmdsl[report]`."""
