namespace VaeSweep.Training.Data;

/// <summary>A data set could not be given as asked. The message says what was asked, what was found and what to do.</summary>
public class DatasetException : Exception
{
    public DatasetException(string message)
        : base(message)
    {
    }

    public DatasetException(string message, Exception? innerException)
        : base(message, innerException)
    {
    }
}
