"""What a periodic report is assembled from: values of one subject and period, read in one snapshot."""
