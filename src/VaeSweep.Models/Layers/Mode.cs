namespace VaeSweep.Models.Layers;

/// <summary>How the layers of one model normalise; shared by all of them.</summary>
internal sealed class Mode
{
    /// <summary>By the batch, updating running statistics; otherwise by the running statistics.</summary>
    public bool Training { get; set; } = true;

    /// <summary>While training: by the statistics of the batch that was last normalised, leaving running statistics
    /// alone.</summary>
    public bool Following { get; private set; }

    /// <summary>While training: batches are gathered for new running statistics instead of being averaged into the old
    /// ones.</summary>
    public bool Gathering { get; set; }

    /// <summary>Every normalisation of the model.</summary>
    public List<BatchNorm> Norms { get; } = [];

    /// <summary>Something will follow: statistics of a batch then keep their gradient.</summary>
    public bool Followed { get; set; }

    /// <summary>Sets <see cref="Following"/> until disposed.</summary>
    public FollowingScope Follow()
    {
        Following = true;
        return new FollowingScope(this);
    }

    public readonly ref struct FollowingScope(Mode mode)
    {
        public void Dispose() => mode.Following = false;
    }
}
