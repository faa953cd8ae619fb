namespace VaeSweep.Cluster.Security;

/// <summary>What a certificate lets its holder be.</summary>
internal enum PeerRole
{
    /// <summary>A node or a command.</summary>
    Member,

    /// <summary>The one process that owns the store.</summary>
    Head,
}
