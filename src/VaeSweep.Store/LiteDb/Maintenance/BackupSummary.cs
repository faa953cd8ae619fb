namespace VaeSweep.Store.LiteDb;

/// <summary>What a back-up holds, read from it after every page of it was compared with its checksum.</summary>
/// <param name="Bytes">Of the file.</param>
/// <param name="Checksum">Over all pages, 16 hexadecimal digits.</param>
/// <param name="Identity">Of the store it was made of; null of one that was never opened to write.</param>
public sealed record BackupSummary(string Path, long Bytes, string Checksum, string? Identity, long Sweeps, long Trials);
